import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  className?: string;
  label: string;
  children: ReactNode;
}

/** A menu that its label opens; Escape and a click elsewhere close it. */
export function Menu({ className = "", label, children }: Props): ReactNode {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || !menu.current?.open) return;
      menu.current.open = false;
      menu.current.querySelector("summary")?.focus();
    };
    const onPress = (event: PointerEvent): void => {
      if (menu.current?.open && !event.composedPath().includes(menu.current)) menu.current.open = false;
    };
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", onPress);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("pointerdown", onPress);
    };
  }, []);
  return (
    <details className={`menu ${className}`} ref={menu}>
      <summary>{label}</summary>
      <div className="menu-body">{children}</div>
    </details>
  );
}
