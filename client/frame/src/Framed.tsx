import type { FrameProps, RemoteModule, RemoteProps } from "@touchline/kit";
import { type ReactNode, useEffect } from "react";
import { ErrorBoundary } from "../../shell/src/remotes/ErrorBoundary";
import { Shadow } from "../../shell/src/remotes/Shadow";

interface Props {
  module: RemoteModule;
  props: FrameProps;
  programmeMs: () => number | null;
  interact: RemoteProps["interact"];
  onReady: () => void;
  onError: (why: unknown) => void;
}

/** The component, with the same props and the same shadow root as a module in the shell. */
export function Framed({ module, props, programmeMs, interact, onReady, onError }: Props): ReactNode {
  const Remote = module.default;
  return (
    <ErrorBoundary onError={onError}>
      <Shadow styles={module.styles}>
        <Remote {...props} viewer="" programmeMs={programmeMs} interact={interact} />
        <Mounted onMounted={onReady} />
      </Shadow>
    </ErrorBoundary>
  );
}

/** Calls `onMounted` once the component before it has rendered. */
function Mounted({ onMounted }: { onMounted: () => void }): null {
  useEffect(onMounted, []);
  return null;
}
