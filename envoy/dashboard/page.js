// The pipeline's dashboard: signs a person in, asks for the figures, and draws them. The tokens stay in this page.
"use strict";

const API = "/api/v1";
const REFRESH_MILLISECONDS = 60_000;
const [WIDTH, LABEL, ROW, BAR] = [640, 170, 26, 14];
const AGES = [
  ["under1Day", "today"], ["under3Days", "1–2 days"], ["under7Days", "3–6 days"],
  ["under30Days", "7–29 days"], ["over30Days", "30 days or more"],
];
const LOST = "APPLICATION_STATUS_";
const by = (id) => document.getElementById(id);
let access = "", challenge = "";

async function ask(path, body) {
  const headers = { accept: "application/json", ...(access && { authorization: `Bearer ${access}` }) };
  const post = body && { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(API + path, { ...post, headers: { ...headers, ...(body && { "content-type": "application/json" }) } });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.message || `The platform answers ${answer.status}.`), { status: answer.status });
  return said;
}

async function signIn(form) {
  let said = challenge
    ? await ask("/auth/challenge/answer", { challengeToken: challenge, totpCode: form.code.value })
    : await ask("/auth/login", { email: form.email.value, password: form.password.value });
  if (said.challenge?.enrolment) throw new Error("This account has no second factor yet: enrol one first.");
  if (said.challenge && !said.challenge.methods.includes("SECOND_FACTOR_TOTP")) said = await usePasskey(said.challenge);
  if (!said.tokens) {
    challenge = said.challenge.token;
    by("code").hidden = false;
    form.code.required = true;
    form.code.focus();
    return;
  }
  access = said.tokens.accessToken;
  challenge = "";
  form.reset();
  signedIn(true);
  await show();
}

async function usePasskey({ token, passkeyOptions }) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(passkeyOptions));
  const passkey = await navigator.credentials.get({ publicKey });
  return ask("/auth/challenge/answer", { challengeToken: token, passkey: JSON.stringify(passkey.toJSON()) });
}

function signedIn(yes) {
  by("login").hidden = yes;
  by("filter").hidden = by("board").hidden = !yes;
  if (!yes) { access = challenge = ""; by("code").hidden = true; by("login").code.required = false; }
}

async function show() {
  const asked = new URLSearchParams(), filter = by("filter");
  if (filter.from.value) asked.set("createDateFrom", filter.from.value);
  if (filter.to.value) asked.set("createDateTo", filter.to.value);
  draw((await ask(`/admin/reports/dashboard?${asked}`)).dashboard);
}

async function trying(work) {
  by("problem").textContent = "";
  try {
    await work();
  } catch (error) {
    if (error.status === 401 && access) signedIn(false);
    by("problem").textContent = error.message;
  }
}

const number = (value) => Number(value || 0);
const named = (status) => status.replace(LOST, "").replaceAll("_", " ").toLowerCase().replace(/^./, (first) => first.toUpperCase()).replace("Kyc", "KYC");
const sum = (rows, field) => rows.reduce((all, row) => all + number(row[field]), 0);

function draw(board) {
  const { flows = [], bands = [], queues = [] } = board;
  const decided = sum(bands, "approvedCount") + sum(bands, "rejectedCount");
  const share = decided ? `${(100 * sum(bands, "approvedCount") / decided).toFixed(1)} %` : "–";
  const oldest = Math.max(0, ...queues.map((queue) => number(queue.oldestDays)));
  by("totals").replaceChildren(...[
    ["applications", number(board.totalCount)], ["wait for somebody", sum(queues, "waitingCount")],
    ["days, the longest wait", oldest], ["released by risk", share], ["overrides", sum(bands, "overrideCount")],
  ].map(([label, value]) => {
    const card = document.createElement("div");
    card.append(Object.assign(document.createElement("strong"), { textContent: value }), Object.assign(document.createElement("span"), { textContent: label }));
    return card;
  }));
  by("conversion").replaceChildren(conversion(flows));
  by("times").replaceChildren(times(flows));
  by("bands").replaceChildren(approvals(bands));
  by("queues").replaceChildren(waiting(queues));
  by("when").textContent = `Computed ${new Date(board.computeTime).toLocaleString()}`;
}

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// A chart with one labelled row for each thing; `row` draws it, at its height, and says in words what it shows.
function chart(title, things, label, row, head = 0) {
  if (!things.length) return Object.assign(document.createElement("p"), { textContent: "Nothing yet." });
  const height = head + things.length * ROW + 4;
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title });
  things.forEach((thing, at) => {
    const y = head + at * ROW, group = element("g", {});
    group.append(element("text", { x: LABEL - 10, y: y + 15, "text-anchor": "end" }, label(thing)));
    group.prepend(element("title", {}, row(group, thing, y)));
    svg.append(group);
  });
  return svg;
}

function bars(group, y, parts, scale) {
  let x = LABEL;
  for (const [value, style] of parts) {
    const width = value * scale;
    // Two pixels of the ground between the parts of one bar.
    if (width > 0) group.append(element("rect", { x, y: y + 4, width: Math.max(width - 2, 1), height: BAR, rx: 2, class: style }));
    x += width;
  }
  return x + 6;
}

function conversion(flows) {
  const most = Math.max(1, ...flows.map((flow) => number(flow.leftCount)));
  return chart("Conversion by stage", flows, (flow) => named(flow.status), (group, flow, y) => {
    const [left, on] = [number(flow.leftCount), number(flow.advancedCount)];
    const x = bars(group, y, [[on, "main"], [left - on, "rest"]], (WIDTH - LABEL - 110) / most);
    group.append(element("text", { x, y: y + 15 }, `${flow.conversionPercent} %`), element("text", { x: x + 52, y: y + 15, class: "quiet" }, `of ${left}`));
    return `${named(flow.status)}: ${on} of ${left} went on`;
  });
}

const SPANS = [[1, "1 s"], [60, "1 min"], [3600, "1 h"], [86400, "1 d"], [604800, "1 w"], [7776000, "90 d"]];
const spoken = (seconds) => {
  const [size, unit] = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].find(([size]) => seconds >= size) || [1, "s"];
  return `${(seconds / size).toFixed(seconds / size < 10 && size > 1 ? 1 : 0)} ${unit}`;
};

function times(flows) {
  const room = WIDTH - LABEL - 90, longest = Math.max(60, ...flows.map((flow) => number(flow.p95Seconds)));
  const place = (seconds) => LABEL + room * Math.log(Math.max(seconds, 1)) / Math.log(longest);
  const svg = chart("Time per stage", flows, (flow) => named(flow.status), (group, flow, y) => {
    const [p50, p90, p95] = ["p50Seconds", "p90Seconds", "p95Seconds"].map((field) => number(flow[field]));
    group.append(element("line", { x1: place(p50), x2: place(p95), y1: y + 11, y2: y + 11, class: "range" }));
    group.append(element("circle", { cx: place(p95), cy: y + 11, r: 4, class: "rest" }), element("circle", { cx: place(p90), cy: y + 11, r: 4, class: "hollow" }));
    group.append(element("circle", { cx: place(p50), cy: y + 11, r: 5, class: "main" }));
    group.append(element("text", { x: place(p95) + 10, y: y + 15, class: "quiet" }, `${spoken(p50)} – ${spoken(p95)}`));
    return `${named(flow.status)}: half within ${spoken(p50)}, 90 % within ${spoken(p90)}, 95 % within ${spoken(p95)}`;
  }, 22);
  if (svg.tagName !== "svg") return svg;
  for (const [seconds, text] of SPANS.filter(([seconds]) => seconds <= longest)) {
    const x = place(seconds);
    svg.prepend(element("line", { x1: x, x2: x, y1: 18, y2: 22 + flows.length * ROW, class: "axis" }), element("text", { x, y: 12, "text-anchor": "middle", class: "quiet" }, text));
  }
  return svg;
}

function legend(svg, entries) {
  let x = LABEL;
  for (const [style, text] of entries) {
    svg.prepend(element("rect", { x, y: 2, width: 10, height: 10, rx: 2, class: style }), element("text", { x: x + 14, y: 11, class: "quiet" }, text));
    x += 30 + text.length * 6.2;
  }
  return svg;
}

function approvals(bands) {
  const most = Math.max(1, ...bands.map((band) => number(band.approvedCount) + number(band.rejectedCount)));
  const svg = chart("Approval by band", bands, (band) => `Band ${band.rating}`, (group, band, y) => {
    const [yes, no, against] = ["approvedCount", "rejectedCount", "overrideCount"].map((field) => number(band[field]));
    const x = bars(group, y, [[yes, "main"], [no, "rest"]], (WIDTH - LABEL - 190) / most);
    group.append(element("text", { x, y: y + 15 }, `${band.approvalPercent} %`));
    if (against) group.append(element("circle", { cx: x + 62, cy: y + 11, r: 4, class: "mark" }), element("text", { x: x + 70, y: y + 15 }, `${against} override${against > 1 ? "s" : ""}`));
    return `Band ${band.rating}: ${yes} released, ${no} rejected, ${against} overrides`;
  }, 22);
  return svg.tagName === "svg" ? legend(svg, [["main", "released"], ["rest", "rejected"]]) : svg;
}

function waiting(queues) {
  const most = Math.max(1, ...queues.map((queue) => number(queue.waitingCount)));
  const svg = chart("Queue ages", queues, (queue) => named(queue.status), (group, queue, y) => {
    const parts = AGES.map(([field, words], at) => [number(queue[field]), `age-${at}`, words]);
    const x = bars(group, y, parts, (WIDTH - LABEL - 130) / most);
    group.append(element("text", { x, y: y + 15 }, queue.waitingCount), element("text", { x: x + 34, y: y + 15, class: "quiet" }, `oldest ${number(queue.oldestDays)} d`));
    return `${named(queue.status)}: ${parts.filter(([count]) => count).map(([count, , words]) => `${count} ${words}`).join(", ")}`;
  }, 22);
  return svg.tagName === "svg" ? legend(svg, AGES.map(([, words], at) => [`age-${at}`, words])) : svg;
}

by("login").addEventListener("submit", (event) => { event.preventDefault(); trying(() => signIn(event.target)); });
by("filter").addEventListener("submit", (event) => { event.preventDefault(); trying(show); });
by("leave").addEventListener("click", () => { signedIn(false); });
setInterval(() => { if (access) trying(show); }, REFRESH_MILLISECONDS);
