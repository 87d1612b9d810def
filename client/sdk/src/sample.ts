import type { Interaction } from "./protocol";

const TEXT = new TextEncoder();
/** The polynomial of CRC-32, reversed (ISO 3309). */
const POLYNOMIAL = 0xedb88320;

/**
 * Return whether an impression belongs to the sample that apps report, by the viewer's own address in the match.
 *
 * App and server compute the same (`domain/channel.py`), and it does not depend on what the viewer does next.
 */
export function isSampled(
  share: number,
  ownAddress: string,
  { version, slot, componentId }: Pick<Interaction, "version" | "slot" | "componentId">,
): boolean {
  return crc32(`${ownAddress}|${version}|${slot}|${componentId}`) < share * 2 ** 32;
}

function crc32(text: string): number {
  let crc = ~0;
  for (const byte of TEXT.encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  }
  return ~crc >>> 0;
}
