/** The types of components that sell something: those of the catalogue's categories for adverts, bets and commerce. */
export const SELLING_TYPES: ReadonlySet<string> = new Set([
  "advert",
  "bet_slip",
  "food_offer",
  "merchandise",
]);
