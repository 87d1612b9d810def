import type { ReactNode } from "react";

/** The icons of the controls, as paths in a square of 24. */
const PATHS = {
  play: "M8 5.5v13l11-6.5z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  back: "M12 5V1.5L6.5 6 12 10.5V7a5.5 5.5 0 1 1-5.5 5.5h-2A7.5 7.5 0 1 0 12 5z",
  soundOn: "M4 9v6h4l5 4V5L8 9zM16 8.2a5 5 0 0 1 0 7.6zM16 4v2.2a6.5 6.5 0 0 1 0 11.6V20a8.6 8.6 0 0 0 0-16z",
  soundOff:
    "M4 9v6h4l5 4V5L8 9zM21.5 9.9l-1.4-1.4-2.1 2.1-2.1-2.1-1.4 1.4 2.1 2.1-2.1 2.1 1.4 1.4 2.1-2.1 2.1 2.1 1.4-1.4-2.1-2.1z",
  fullScreen: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  leaveFullScreen: "M8 4h2v6H4V8h4zM14 4h2v4h4v2h-6zM4 14h6v6H8v-4H4zM14 14h6v2h-4v4h-2z",
  pictureInPicture: "M3 5h18v14H3zm2 2v10h14V7zM12 11h6v5h-6z",
  substitution: "M8 3v10h3l-4.5 6L2 13h3V3zM17.5 5 22 11h-3v10h-3V11h-3z",
};

/** An icon; what it means is said by the control that holds it. */
export function Icon({ name }: { name: keyof typeof PATHS }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} fill="currentColor" />
    </svg>
  );
}
