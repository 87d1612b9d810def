import type { FrameProps, Programme } from "@touchline/kit";
import type { Components, Placement } from "@touchline/sdk";
import type { Match } from "../../config";

/**
 * Return the props of a frame: what every viewer of the match may know.
 *
 * The signature and the recommendation prove what this viewer was shown, the constraints tell about the viewer, and
 * the other placements are other partners' business.
 */
export function publicProps(
  placement: Placement,
  message: Components,
  past: Components[],
  { stream: _, ...programme }: Match,
): FrameProps {
  return {
    placement: { ...placement, signature: null, recommendationId: null, constraints: [] },
    message: publicMessage(message),
    past: past.map(publicMessage),
    programme: programme satisfies Programme,
  };
}

function publicMessage(message: Components): Components {
  const { missed: _missed, frozen: _frozen, cleared: _cleared, requestId: _requestId, ...shared } = message;
  return { ...shared, placements: [], alternatives: [], afterwards: [], trace: {} };
}
