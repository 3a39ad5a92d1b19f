// One image to the API; what comes back is a document or a problem in one line.

export async function send(file, key) {
  const headers = { "Content-Type": "application/octet-stream" };
  if (key) {
    headers["X-API-Key"] = key;
  }
  let response;
  try {
    response = await fetch("/api/images", { method: "POST", body: file, headers });
  } catch {
    return { problem: "The service cannot be reached. Check the connection, then try again." };
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) {
    return { document: answer };
  }
  return { problem: explain(response, answer), needsKey: response.status === 401 };
}

function explain(response, answer) {
  const wait = response.headers.get("Retry-After");
  const later = wait ? ` Try again in ${wait} s.` : "";
  const cause = answer?.detail ?? `The service answered ${response.status}.`;
  return cause + (cause.includes("ry again") ? "" : later);
}
