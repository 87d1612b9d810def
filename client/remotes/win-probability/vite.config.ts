import { remote } from "@touchline/kit/vite";

export default remote({ root: import.meta.dirname, module: "./WinProbability" });
