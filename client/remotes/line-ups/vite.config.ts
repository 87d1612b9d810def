import { remote } from "@touchline/kit/vite";

export default remote({ root: new URL(".", import.meta.url).pathname, module: "./LineUps" });
