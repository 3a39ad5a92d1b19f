// The API's own description, drawn as a page. It asks for nothing but /openapi.json.

import { element } from "./element.js";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

start();

async function start() {
  const about = document.getElementById("about");
  let api;
  try {
    const response = await fetch("/openapi.json");
    api = await response.json();
  } catch {
    about.textContent = "The description cannot be read. Reload the page to try again.";
    return;
  }
  about.replaceChildren(paragraph(api.info.description));
  document.getElementById("version").textContent = api.info.version;
  const operations = listOperations(api);
  document.getElementById("contents").append(drawContents(operations));
  document.getElementById("operations").append(...api.tags.map((tag) => drawTag(api, tag, operations)));
  const schemas = document.getElementById("schemas");
  schemas.append(...Object.entries(api.components.schemas).map(([name, schema]) => drawNamed(name, schema)));
  schemas.hidden = false;
  showTarget();
  addEventListener("hashchange", showTarget);
}

// A link to a schema opens it: a closed one would be jumped to and not seen.
function showTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) {
    target.open = true;
    target.scrollIntoView();
  }
}

function listOperations(api) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({ method, path, ...item[method] })));
}

function drawContents(operations) {
  const items = operations.map((operation) => element("li", {},
    element("a", { href: `#${operation.operationId}` }, `${operation.method.toUpperCase()} ${operation.path}`)));
  return element("ul", {}, ...items);
}

function drawTag(api, tag, operations) {
  const title = element("h2", { id: `tag-${tag.name}` }, tag.description);
  const mine = operations.filter((operation) => operation.tags.includes(tag.name));
  const section = element("section", {}, title, ...mine.map((operation) => drawOperation(api, operation)));
  section.setAttribute("aria-labelledby", title.id);
  return section;
}

function drawOperation(api, operation) {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(api, parameter));
  const parts = [
    element("h3", {}, element("span", { className: "method" }, operation.method.toUpperCase()),
      element("code", {}, operation.path)),
    paragraph(operation.summary),
    operation.description && paragraph(operation.description),
    element("h4", {}, "Try it in a shell"),
    element("pre", { tabIndex: 0 }, element("code", {}, writeCommand(operation, parameters))),
    parameters.length > 0 && element("h4", {}, "Parameters"),
    parameters.length > 0 && element("dl", {}, ...parameters.flatMap(drawParameter)),
    operation.requestBody && element("h4", {}, "Body"),
    operation.requestBody && drawContent(operation.requestBody.content),
    element("h4", {}, "Answers"),
    element("dl", {}, ...Object.entries(operation.responses).flatMap(([status, response]) =>
      drawResponse(status, resolve(api, response)))),
  ];
  return element("article", { id: operation.operationId }, ...parts.filter(Boolean));
}

function writeCommand(operation, parameters) {
  let path = operation.path;
  for (const parameter of parameters.filter((one) => one.in === "path")) {
    path = path.replace(`{${parameter.name}}`, parameter.example ?? `$${parameter.name.toUpperCase()}`);
  }
  const body = operation.requestBody ? "--data-binary @photo.jpg " : "";
  const needs = (operation.security ?? [{}]).every((one) => Object.keys(one).length > 0);
  const token = needs ? '-H "Authorization: Bearer $TOKEN" ' : "";
  return `curl ${token}${body}"${location.origin}${path}"`;
}

function drawParameter(parameter) {
  const facts = [`in ${parameter.in}`, parameter.required && "required", describeType(parameter.schema)];
  return [
    element("dt", {}, parameter.name),
    element("dd", {}, parameter.description ?? "", " ",
      element("span", { className: "quiet" }, facts.filter(Boolean).join(", "))),
  ];
}

function drawResponse(status, response) {
  const content = response.content ? drawContent(response.content) : "";
  const headers = Object.keys(response.headers ?? {});
  const named = headers.length > 0 ? element("span", { className: "quiet" }, ` Headers: ${headers.join(", ")}.`) : "";
  return [element("dt", {}, status), element("dd", {}, response.description, named, content)];
}

function drawContent(content) {
  return element("dl", {}, ...Object.entries(content).flatMap(([type, media]) => [
    element("dt", {}, type),
    element("dd", {}, drawReference(media.schema)),
  ]));
}

function drawNamed(name, schema) {
  const details = element("details", { id: `schema-${name}` },
    element("summary", {}, element("code", {}, name)));
  // Drawn when it is first opened: all of them at once would be a long page for nobody.
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) {
      details.append(drawSchema(schema));
    }
  });
  return details;
}

function drawSchema(schema) {
  const box = element("div", {});
  if (schema.description) {
    box.append(paragraph(schema.description));
  }
  box.append(element("p", { className: "quiet" }, describeType(schema)));
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length > 0) {
    box.append(element("dl", {}, ...properties.flatMap(drawProperty)));
  }
  return box;
}

function drawProperty([name, schema]) {
  const facts = [schema["x-unit"], schema["x-source"] && `from ${schema["x-source"]}`].filter(Boolean).join("; ");
  return [
    element("dt", {}, name),
    element("dd", {}, schema.description ?? schema.title ?? "", " ", drawReference(schema),
      facts ? element("span", { className: "quiet" }, ` (${facts})`) : ""),
  ];
}

// A link to what a schema refers to, else its type in words.
function drawReference(schema) {
  const found = [schema, schema.items, ...(schema.anyOf ?? []), ...(schema.items?.anyOf ?? [])]
    .map((one) => one?.$ref).filter(Boolean).map((reference) => reference.split("/").pop());
  if (found.length === 0) {
    return element("span", { className: "quiet" }, describeType(schema));
  }
  const links = found.map((name) => element("a", { href: `#schema-${name}` }, name));
  const words = links.flatMap((link, index) => (index === 0 ? [link] : [" or ", link]));
  return element("span", {}, schema.type === "array" ? "list of " : "", ...words);
}

function describeType(schema) {
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum) {
    return `one of ${schema.enum.join(", ")}`;
  }
  if (schema.type === "array") {
    return `list of ${describeType(schema.items ?? {})}`;
  }
  const range = schema.minimum !== undefined && schema.maximum !== undefined
    ? ` from ${schema.minimum} to ${schema.maximum}` : "";
  const pattern = schema.pattern ? ` like ${schema.pattern}` : "";
  const kinds = [schema.type ?? schema.anyOf?.map((one) => one.type ?? one.format).filter(Boolean) ?? "anything"].flat();
  return kinds.join(" or ") + range + pattern;
}

function resolve(api, part) {
  return part.$ref ? part.$ref.split("/").slice(1).reduce((found, name) => found[name], api) : part;
}

// What stands between backticks is code.
function paragraph(text) {
  const parts = text.split("`").map((part, index) => (index % 2 === 0 ? part : element("code", {}, part)));
  return element("p", {}, ...parts);
}
