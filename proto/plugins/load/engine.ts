// Made by `make gen` from proto/journey.yaml, the contract and the objectives; do not edit. README.md says how it is run.
//
// Each virtual user is one customer, who does one thing after another. Under `RATE` customers do what they do all day, so
// many calls a second whatever the answers take; under `LIVES` so many a minute begin a loan and take it as far as they can
// alone. What `make gen` puts in is the contract's types and operations, the steps, and the objectives as thresholds.
import { check, sleep } from "k6";
import { randomBytes } from "k6/crypto";
import { SharedArray } from "k6/data";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Rate, Trend } from "k6/metrics";
import type { Options, Scenario, Threshold } from "k6/options";

// k6 has it, its types do not.
declare const console: { warn(text: string): void };

/*{contract}*/

type OperationId = keyof Contract.Answers;
type JourneyName = keyof typeof OBJECTIVES;

interface Operation {
  method: string;
  path: string;
  journey: JourneyName;
  signedIn: boolean;
  takesKey: boolean;
}

// Of each journey: the share of calls that may fail, and the milliseconds in which IN_TIME percent are answered.
/*{objectives}*/

/*{operations}*/

// ---- What the environment says ----

/*{settings}*/

type Setting = keyof typeof SETTINGS;

function given(name: Setting): string | undefined {
  const value = __ENV[name];
  return value === undefined || value === "" ? undefined : value;
}

function needed(name: Setting): string {
  const value = given(name);
  if (value === undefined) {
    throw new Error(`${name} is missing: ${SETTINGS[name]}`);
  }
  return value;
}

function matching(name: Setting, pattern: RegExp, otherwise?: string): string {
  const value = given(name) ?? otherwise ?? needed(name);
  if (!pattern.test(value)) {
    throw new Error(`${name} is ${value}, and should be ${SETTINGS[name]}`);
  }
  return value;
}

function wholeNumber(name: Setting): number | undefined {
  return given(name) === undefined ? undefined : Number(matching(name, /^[1-9][0-9]{0,5}$/));
}

interface Credentials {
  email: string;
  password: string;
}

function listed(): Credentials[] {
  const file = given("CUSTOMERS");
  if (file === undefined) {
    return [{ email: needed("EMAIL"), password: needed("PASSWORD") }];
  }
  let found: unknown;
  try {
    found = JSON.parse(open(file));
  } catch (problem) {
    throw new Error(`CUSTOMERS: ${file} cannot be read as JSON: ${problem}`);
  }
  if (!Array.isArray(found) || found.length === 0) {
    throw new Error(`CUSTOMERS: ${file} has no list of customers: ${SETTINGS.CUSTOMERS}`);
  }
  found.forEach((each, index) => {
    if (typeof each?.email !== "string" || typeof each?.password !== "string") {
      throw new Error(`CUSTOMERS: number ${index + 1} in ${file} lacks email or password: ${SETTINGS.CUSTOMERS}`);
    }
  });
  return found;
}

const DURATION = /^([0-9]+(ms|s|m|h))+$/;
const BASE_URL = matching("BASE_URL", /^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/).replace(/\/+$/, "");
const RATE = wholeNumber("RATE");
const LIVES = wholeNumber("LIVES");
const LASTS = matching("DURATION", DURATION, "1m");
const RAMP = given("RAMP") === undefined ? undefined : matching("RAMP", DURATION);
if (RATE === undefined && LIVES === undefined) {
  throw new Error(`RATE and LIVES are missing, one of them is needed: ${SETTINGS.RATE}; ${SETTINGS.LIVES}`);
}
// One copy for all virtual users.
const customers = new SharedArray("customers", listed);
if (RATE !== undefined && LIVES !== undefined && customers.length < 2) {
  throw new Error("RATE and LIVES together need two customers at least: each does one thing after another");
}

// ---- What is measured, and held against the objectives ----

// Without what was only put off by a 429, which is counted apart: a customer who is told to wait was not served slowly.
const duration = new Trend("call_duration", true);
const failed = new Rate("call_failed");
const throttled = new Counter("calls_throttled");

function thresholds(): { [name: string]: Threshold[] } {
  const found: { [name: string]: Threshold[] } = {
    // Whatever came otherwise than a step expects, such as a 4xx.
    checks: [`rate>=${EXPECTED}`],
    // With any, less load was put on than was asked for: give more customers.
    dropped_iterations: ["count<1"],
  };
  for (const [journey, objective] of Object.entries(OBJECTIVES)) {
    found[`call_failed{journey:${journey}}`] = [`rate<=${objective.failed}`];
    found[`call_duration{journey:${journey}}`] = [`p(${IN_TIME})<=${objective.milliseconds}`];
  }
  // True of anything: at the end k6 shows the figures of a tag only where a threshold names it.
  for (const operation of Object.keys(OPERATIONS)) {
    found[`call_duration{operation:${operation}}`] = ["max>=0"];
    found[`call_failed{operation:${operation}}`] = ["rate>=0"];
    found[`calls_throttled{operation:${operation}}`] = ["count>=0"];
  }
  return found;
}

function scenarios(): { [name: string]: Scenario } {
  const found: { [name: string]: Scenario } = {};
  const walkers = RATE === undefined ? customers.length : Math.floor(customers.length / 2);
  const others = LIVES === undefined ? customers.length : customers.length - walkers;
  if (RATE !== undefined && RAMP === undefined) {
    found.mix = {
      executor: "constant-arrival-rate",
      exec: "mix",
      rate: RATE,
      timeUnit: "1s",
      duration: LASTS,
      preAllocatedVUs: others,
      maxVUs: others,
    };
  } else if (RATE !== undefined && RAMP !== undefined) {
    found.mix = {
      executor: "ramping-arrival-rate",
      exec: "mix",
      startRate: 0,
      timeUnit: "1s",
      stages: [{ duration: RAMP, target: RATE }, { duration: LASTS, target: RATE }],
      preAllocatedVUs: others,
      maxVUs: others,
    };
  }
  if (LIVES !== undefined) {
    found.life = {
      executor: "constant-arrival-rate",
      exec: "life",
      rate: LIVES,
      timeUnit: "1m",
      duration: LASTS,
      preAllocatedVUs: walkers,
      maxVUs: walkers,
    };
  }
  return found;
}

export const options: Options = {
  scenarios: scenarios(),
  thresholds: thresholds(),
  summaryTrendStats: ["avg", "med", "p(95)", "p(99)", "max"],
  // All customers sign in from one address, and the edge lets so many through.
  setupTimeout: `${60 + customers.length * (SIGN_IN_SECONDS + 2)}s`,
};

// ---- A call ----

interface Session {
  customerId: string;
  accessToken: string;
  refreshToken: string;
  /** When the access token ends, in milliseconds since 1970. */
  ends: number;
}

interface Customer {
  index: number;
  session: Session;
  turn: number;
  variables: Contract.Variables;
}

interface Reply<Answer> {
  status: number;
  /** Of a 200 alone. */
  answer: Answer | undefined;
  /** `ErrorInfo.reason` of a refusal. */
  reason: string;
}

// So early a token is renewed: longer than a call takes.
const EARLY_MS = 60_000;
// So often a call that is put off is made at most.
const TRIES = 5;

function call<Id extends OperationId>(
  me: Customer | undefined,
  id: Id,
  path: Contract.Paths[Id],
  body: Contract.Bodies[Id],
): Reply<Contract.Answers[Id]> {
  const operation = OPERATIONS[id];
  const values = path as unknown as { [name: string]: string };
  const url = BASE_URL + operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  const headers: { [name: string]: string } = {};
  const sent = body === undefined ? null : written(body as unknown as object, headers);
  if (operation.takesKey) {
    // Of all tries together: the call has one effect, however often it is put off.
    headers["Idempotency-Key"] = uuid();
  }
  const tags = { name: id, operation: id, journey: operation.journey };
  // What a customer could mend is no failure of the platform's.
  const responseCallback = http.expectedStatuses({ min: 200, max: 499 });
  for (let tries = 1; ; tries += 1) {
    if (operation.signedIn && me !== undefined) {
      headers["Authorization"] = `Bearer ${accessToken(me)}`;
    }
    const response = http.request(operation.method, url, sent, { headers, tags, responseCallback });
    if (response.status !== 429) {
      duration.add(response.timings.duration, tags);
      failed.add(response.status === 0 || response.status >= 500, tags);
      return replied(response.status, response.body);
    }
    throttled.add(1, tags);
    if (tries === TRIES) {
      return replied(response.status, response.body);
    }
    const seconds = Number(response.headers["Retry-After"]);
    sleep(seconds > 0 ? seconds : RETRY_AFTER_SECONDS);
  }
}

function replied<Answer>(status: number, body: string | ArrayBuffer | null): Reply<Answer> {
  let found: unknown;
  try {
    found = JSON.parse(String(body));
  } catch {
    // Not the platform's: a proxy's page, or no answer at all.
    return { status, answer: undefined, reason: "" };
  }
  if (status === 200) {
    return { status, answer: found as Answer, reason: "" };
  }
  const details = (found as { details?: Array<{ reason?: string }> } | null)?.details ?? [];
  return { status, answer: undefined, reason: details.map((each) => each.reason ?? "").find((each) => each !== "") ?? "" };
}

function written(body: object, headers: { [name: string]: string }): string | ArrayBuffer {
  const fields = Object.entries(body) as Array<[string, unknown]>;
  if (!fields.some(([, value]) => value instanceof ArrayBuffer)) {
    headers["Content-Type"] = "application/json";
    return JSON.stringify(body);
  }
  // By hand, for the parts have to come in their order, and k6 gives its own forms any.
  const boundary = `load-${uuid()}`;
  headers["Content-Type"] = `multipart/form-data; boundary=${boundary}`;
  const pieces = fields.map(([name, value]) => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
    return value instanceof ArrayBuffer
      ? [bytes(`${head}; filename="paper.pdf"\r\nContent-Type: application/pdf\r\n\r\n`), new Uint8Array(value), bytes("\r\n")]
      : [bytes(`${head}\r\n\r\n${value}\r\n`)];
  });
  return joined([...pieces.flat(), bytes(`--${boundary}--\r\n`)]);
}

/** ASCII alone. */
function bytes(text: string) {
  const made = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    made[at] = text.charCodeAt(at);
  }
  return made;
}

function joined(pieces: Uint8Array[]): ArrayBuffer {
  const made = new Uint8Array(pieces.reduce((length, each) => length + each.length, 0));
  let at = 0;
  for (const each of pieces) {
    made.set(each, at);
    at += each.length;
  }
  return made.buffer;
}

function uuid(): string {
  const random = new Uint8Array(randomBytes(16));
  // Version 4, and its variant (RFC 9562).
  random[6] = ((random[6] ?? 0) & 0x0f) | 0x40;
  random[8] = ((random[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(random, (each) => each.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// ---- Who is signed in ----

function sessionOf(customerId: string, tokens: Contract.Tokens): Session {
  return {
    customerId,
    accessToken: tokens.accessToken ?? "",
    refreshToken: tokens.refreshToken ?? "",
    ends: Date.now() + 1000 * (tokens.expiresIn ?? 0),
  };
}

function signIn(index: number): Session {
  const { email, password } = customers[index] as Credentials;
  const reply = call(undefined, SIGN_IN, {}, { email, password });
  if (reply.answer === undefined) {
    throw new Error(`${email} could not sign in: ${reply.status} ${reply.reason}`);
  }
  if (reply.answer.tokens === undefined || reply.answer.tokens === null) {
    throw new Error(`${email} could not sign in: a second factor is asked for, which no customer of the load has`);
  }
  return sessionOf(reply.answer.accountId ?? "", reply.answer.tokens);
}

/** A refresh token is good once, so no other virtual user may have the same session. */
function accessToken(me: Customer): string {
  if (me.session.ends - Date.now() < EARLY_MS) {
    const { answer } = call(undefined, REFRESH, {}, { refreshToken: me.session.refreshToken });
    me.session = answer?.tokens ? sessionOf(me.session.customerId, answer.tokens) : signIn(me.index);
  }
  return me.session.accessToken;
}

/** Every customer signs in once, before the load begins. */
export function setup(): Session[] {
  return Array.from({ length: customers.length }, (_, index) => signIn(index));
}

// What this virtual user knows; each has a copy of this module.
let known: Customer | undefined;

function customer(sessions: Session[]): Customer {
  if (known === undefined) {
    const index = exec.vu.idInTest - 1;
    const session = sessions[index];
    if (session === undefined) {
      throw new Error(`virtual user ${index + 1} has no customer: there are ${customers.length}`);
    }
    known = { index, session, turn: 0, variables: { customer_id: session.customerId } };
  }
  return known;
}

// ---- The steps ----

interface Outcome {
  status: number;
  reason: string;
  /** What the answer has to have, in words, and whether it has. */
  expected: { [words: string]: boolean };
}

interface Step {
  name: string;
  operation: OperationId;
  ask: (me: Customer) => Outcome;
  /** Asked again until it is as expected, so many steps further back where `back` says so. */
  patient?: boolean;
  back?: number;
}

function need<Name extends keyof Contract.Variables>(me: Customer, name: Name): NonNullable<Contract.Variables[Name]> {
  const found = me.variables[name];
  if (found === undefined || found === null) {
    throw new Error(`${name} is not known: no answer so far had it`);
  }
  return found as NonNullable<Contract.Variables[Name]>;
}

function outcome(reply: Reply<unknown>, expected: { [words: string]: boolean }): Outcome {
  return { status: reply.status, reason: reply.reason, expected };
}

/*{steps}*/

// Any PDF will do; the one here is a page about nobody.
const PAPER = given("PAPER") === undefined ? bytes(SAMPLE).buffer : open(needed("PAPER"), "b");

// What is wrong again and again is said once by each virtual user.
const said: { [text: string]: boolean } = {};

/** Counts what came of a step as checks; whether it was as expected. */
function noted(step: Step, found: Outcome): boolean {
  const checks: { [name: string]: (each: Outcome) => boolean } = {
    [`${step.name}: answers 200`]: (each) => each.status === 200,
  };
  for (const words of Object.keys(found.status === 200 ? found.expected : {})) {
    checks[`${step.name}: ${words}`] = (each) => each.expected[words] === true;
  }
  const good = check(found, checks, { operation: step.operation, journey: OPERATIONS[step.operation].journey });
  const text = `${step.name}: ${found.status} ${found.reason}`;
  if (!good && said[text] === undefined) {
    said[text] = true;
    console.warn(text);
  }
  return good;
}

/** The next call of a customer's day, one of the mix each time. */
export function mix(sessions: Session[]): void {
  const me = customer(sessions);
  // The reads are about what the customer has created, which comes first.
  const turn = me.turn % MIX.length;
  const step = MIX[turn] as Step;
  if (noted(step, step.ask(me)) || turn > 0) {
    me.turn += 1;
  }
}

/** A loan from its beginning, as far as a customer comes alone; whatever is not as expected ends it. */
export function life(sessions: Session[]): void {
  const me = customer(sessions);
  me.variables = { customer_id: me.session.customerId };
  let at = 0;
  let began: number | undefined;
  for (let step = WALK[at]; step !== undefined; step = WALK[at]) {
    const found = step.ask(me);
    const done = found.status === 200 && Object.values(found.expected).every((each) => each);
    if (!done && step.patient) {
      began = began ?? Date.now();
      if (Date.now() - began < PATIENCE_MS) {
        at -= found.status === 200 ? (step.back ?? 0) : 0;
        sleep(PAUSE_MS / 1000);
        continue;
      }
    }
    if (!noted(step, found)) {
      return;
    }
    began = step.patient ? undefined : began;
    at += 1;
  }
}
