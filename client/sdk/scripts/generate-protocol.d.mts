/** The TypeScript source of the protocol's types, from the text of the AsyncAPI document. */
export function generate(yaml: string): string;
