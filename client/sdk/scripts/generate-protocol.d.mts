/** Return the TypeScript source of the types of the WebSocket's protocol, from the text of the AsyncAPI document. */
export function generate(yaml: string): string;
/** Return the TypeScript source of the types of the viewers' HTTPS API, from the text of the OpenAPI document. */
export function generateViewers(yaml: string): string;
