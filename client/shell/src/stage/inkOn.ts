/** Above this luminance, dark letters have more contrast than white ones (WCAG 2, relative luminance). */
const LIGHT = 0.179;

/** Return the colour of letters that can be read on a team's colour, which is `#rrggbb`. */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > LIGHT ? "#05080f" : "#ffffff";
}
