import { FRAME_CONTRACT, type FrameProps, language, type ReportedType } from "@touchline/kit";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { FrameCode } from "../load";
import { FrameChannel } from "./FrameChannel";
import { isInUse } from "./gestures";
import { useTheme } from "./useTheme";

/** A frame that is not ready after this time counts as broken. */
export const READY_MS = 2_000;
const POSITION_MS = 500;
/** Not 0: a browser does not render a frame without an area. */
const FIRST_HEIGHT = 48;

interface Props {
  code: FrameCode;
  props: FrameProps;
  maxHeight: number;
  programmeMs: () => number | null;
  interact: (type: ReportedType, value?: number) => void;
  onReady: () => void;
  onError: (why: Error) => void;
}

/**
 * A partner's micro-frontend in a sandboxed frame of an opaque origin.
 *
 * The sandbox refuses storage, navigation of the page, popups, forms and downloads; the policy of frame.html refuses
 * every request. The page's `frame-src` refuses to let the frame navigate itself to another origin.
 */
export function PartnerFrame(given: Props): ReactNode {
  const frame = useRef<HTMLIFrameElement>(null);
  const channel = useRef<FrameChannel | null>(null);
  const [height, setHeight] = useState(FIRST_HEIGHT);
  const [isReady, setReady] = useState(false);
  const theme = useTheme();
  const latest = useRef(given);
  latest.current = given;
  const { props, maxHeight, onReady } = given;
  const { placement, message } = props;

  const fail = (reason: string): void => latest.current.onError(new Error(reason));

  const open = (): void => {
    if (channel.current) {
      fail("it left its page");
      return;
    }
    const { port1, port2 } = new MessageChannel();
    channel.current = new FrameChannel(port1, {
      ready: () => setReady(true),
      resize: setHeight,
      interact: (type, value) => latest.current.interact(type, value),
      failed: (why) => latest.current.onError(why),
      isInUse: () => isInUse(frame.current),
    });
    const init = { type: "init", contract: FRAME_CONTRACT, locale: language(), theme } as const;
    // An opaque origin has no name to address. Only our own page has run in the frame so far.
    frame.current?.contentWindow?.postMessage(
      { ...init, ...latest.current.code, title: placement.title, props },
      "*",
      [port2],
    );
  };

  useEffect(() => () => channel.current?.close(), []);
  useEffect(() => {
    if (isReady) return onReady();
    const timer = setTimeout(() => fail(`it was not ready after ${READY_MS} ms`), READY_MS);
    return () => clearTimeout(timer);
  }, [isReady]);
  useEffect(() => channel.current?.send({ type: "theme", theme }), [theme]);
  useEffect(() => {
    channel.current?.send({ type: "update", props });
  }, [message.version, placement]);
  useEffect(() => {
    if (!isReady) return;
    const send = (): void =>
      channel.current?.send({ type: "position", programmeMs: latest.current.programmeMs() });
    send();
    const timer = setInterval(send, POSITION_MS);
    return () => clearInterval(timer);
  }, [isReady]);

  return (
    <iframe
      ref={frame}
      className="partner"
      data-state={isReady ? "ready" : "loading"}
      title={placement.title}
      src="/frame.html"
      sandbox="allow-scripts"
      allow=""
      referrerPolicy="no-referrer"
      height={Math.min(Math.max(height, 1), maxHeight)}
      onLoad={open}
    />
  );
}
