/** In the place of a constraint's id: the component does not fit the moment, so that no rule of the business refused it. */
export const DOES_NOT_FIT = "does-not-fit";
