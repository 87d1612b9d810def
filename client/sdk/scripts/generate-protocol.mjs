// Writes the types of the protocols from their documents: src/protocol.ts from the AsyncAPI document of the WebSocket,
// and src/channels/viewersProtocol.ts from the OpenAPI document of the viewers' HTTPS API.
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const url = (path) => new URL(path, import.meta.url);
const SIMPLE = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" };

/** Return the TypeScript source of the types of the WebSocket's protocol. */
export function generate(yaml) {
  const { components, operations } = parse(yaml);
  const lines = declarations("docs/websocket.asyncapi.yaml", components);
  const sent = Object.values(operations).filter((operation) => operation.action === "receive");
  const replies = sent.flatMap((operation) => operation.reply.messages);
  const delivered = Object.values(operations)
    .filter((operation) => operation.action === "send")
    .flatMap((operation) => operation.messages);
  const requests = sent.flatMap((operation) => operation.messages);
  lines.push("/** What an app may send. */", `export type Request = ${union(requests, components)};`, "");
  const answers = [...replies, ...delivered];
  lines.push("/** What an app may receive. */", `export type Answer = ${union(answers, components)};`, "");
  return lines.join("\n");
}

/** Return the TypeScript source of the types of the viewers' HTTPS API. */
export function generateViewers(yaml) {
  return declarations("docs/viewers.openapi.yaml", parse(yaml).components).join("\n");
}

function declarations(document, { schemas }) {
  const types = Object.entries(schemas).flatMap(([name, schema]) => [
    ...comment(schema.description),
    `export type ${name} = ${typeOf(schema)};`,
    "",
  ]);
  return [`// Generated from ${document} by \`npm run generate\`. Do not edit.`, "", ...types];
}

function union(references, components) {
  const names = references.map(({ $ref }) => last(components.messages[last($ref)].payload.$ref));
  return [...new Set(names)].join(" | ");
}

function typeOf(schema) {
  if (schema.$ref) return last(schema.$ref);
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => SIMPLE[type]).join(" | ");
  if (schema.type === "array") return arrayOf(schema);
  if (schema.type === "object") return objectOf(schema);
  if (SIMPLE[schema.type]) return SIMPLE[schema.type];
  throw new Error(`expected a schema with a type, got ${JSON.stringify(schema)}`);
}

function arrayOf(schema) {
  const item = typeOf(schema.items);
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && minItems === maxItems) return `[${Array(minItems).fill(item).join(", ")}]`;
  return item.includes(" ") ? `(${item})[]` : `${item}[]`;
}

function objectOf(schema) {
  if (!schema.properties) {
    return `Record<string, ${schema.additionalProperties ? typeOf(schema.additionalProperties) : "unknown"}>`;
  }
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(
    ([name, field]) =>
      `  ${name}${required.has(name) ? "" : "?"}: ${typeOf(field).replaceAll("\n", "\n  ")};`,
  );
  return `{\n${fields.join("\n")}\n}`;
}

function comment(text) {
  return text ? [`/** ${text.trim().replaceAll(/\s+/g, " ")} */`] : [];
}

function last(reference) {
  return reference.split("/").at(-1);
}

if (import.meta.filename === process.argv[1]) {
  const read = (name) => readFileSync(url(`../../../docs/${name}`), "utf8");
  writeFileSync(url("../src/protocol.ts"), generate(read("websocket.asyncapi.yaml")));
  writeFileSync(url("../src/channels/viewersProtocol.ts"), generateViewers(read("viewers.openapi.yaml")));
}
