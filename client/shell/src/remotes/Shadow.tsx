import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

interface Props {
  styles: string;
  children: ReactNode;
}

/** Renders its children in a shadow root, which isolates a micro-frontend's styles. */
export function Shadow({ styles, children }: Props): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const [root, setRoot] = useState<ShadowRoot | null>(null);
  useLayoutEffect(() => {
    if (!host.current) return;
    const shadow = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    shadow.adoptedStyleSheets = [sheet];
    setRoot(shadow);
  }, [styles]);
  return (
    <div className="remote" ref={host}>
      {root && createPortal(children, root as unknown as Element)}
    </div>
  );
}
