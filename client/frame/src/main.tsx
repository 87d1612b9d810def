import {
  FRAME_CONTRACT,
  type FrameInit,
  type FrameProps,
  type FromFrame,
  MAX_FRAME_MESSAGE,
  type RemoteModule,
  readToFrame,
  type Theme,
} from "@touchline/kit";
import brand from "@touchline/kit/brand.css?inline";
import colours from "@touchline/kit/theme.css?inline";
import { createRoot } from "react-dom/client";
import { Framed } from "./Framed";
import styles from "./frame.css?inline";
import { loadComponent } from "./loadComponent";

const REASON_CHARACTERS = MAX_FRAME_MESSAGE / 4;

/** Run a component as the shell's first message says; `port` is for all others. */
export function run(message: unknown, port: MessagePort): void {
  const init = readToFrame(message);
  if (init?.type !== "init") return;
  adopt(brand + colours + styles);
  void show(init, port);
}

async function show({ source, module, title, locale, theme, props }: FrameInit, port: MessagePort) {
  const send = (message: FromFrame): void => port.postMessage(JSON.stringify(message));
  const fail = (why: unknown): void =>
    send({ type: "failed", reason: String(why).slice(0, REASON_CHARACTERS) });
  document.title = title;
  document.documentElement.lang = locale;
  apply(theme);
  try {
    follow(port, await loadComponent(source, module), props, send, fail);
  } catch (error) {
    fail(error);
  }
}

function follow(
  port: MessagePort,
  module: RemoteModule,
  props: FrameProps,
  send: (message: FromFrame) => void,
  fail: (why: unknown) => void,
): void {
  const element = document.getElementById("root") as HTMLElement;
  const root = createRoot(element);
  let programmeMs: number | null = null;
  // The body, because its padding is part of the frame's height.
  const resize = (): void =>
    send({ type: "resize", height: Math.ceil(document.body.getBoundingClientRect().height) });
  const ready = (): void => {
    send({ type: "ready", contract: FRAME_CONTRACT });
    // A browser may not render a frame out of view, so the first height does not wait for the observer.
    resize();
    new ResizeObserver(resize).observe(element);
  };
  const render = (props: FrameProps): void =>
    root.render(
      <Framed
        module={module}
        props={props}
        programmeMs={() => programmeMs}
        interact={(interaction, value) =>
          send({ type: "interact", interaction, ...(value === undefined ? {} : { value }) })
        }
        onReady={ready}
        onError={fail}
      />,
    );
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = readToFrame(data);
    if (message?.type === "update") render(message.props);
    if (message?.type === "theme") apply(message.theme);
    if (message?.type === "position") programmeMs = message.programmeMs;
  };
  render(props);
}

function apply(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

/** Use a style sheet; the frame's policy allows none that is loaded or in the document. */
function adopt(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}
