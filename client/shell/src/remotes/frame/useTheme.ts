import type { Theme } from "@touchline/kit";
import { useEffect, useState } from "react";

/** Return the page's theme, and update it when the viewer switches it. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(themeOfPage);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(themeOfPage()));
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => observer.disconnect();
  }, []);
  return theme;
}

function themeOfPage(): Theme {
  return document.documentElement.dataset.theme === "light" ? "light" : "dark";
}
