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

// Of the contract, as far as the steps need it.
declare namespace Contract {
  interface Answers {
    AuthService_Login: LoginResponse;
    AuthService_Refresh: RefreshResponse;
    CustomerService_SubmitKyc: SubmitKycResponse;
    ApplicationService_ListFacilities: ListFacilitiesResponse;
    ApplicationService_CreateApplication: CreateApplicationResponse;
    DocumentService_GetChecklist: GetChecklistResponse;
    DocumentService_UploadDocument: UploadDocumentResponse;
    ApplicationService_SubmitApplication: SubmitApplicationResponse;
    ApplicationService_GetApplication: GetApplicationResponse;
    ApplicationService_GetTimeline: GetTimelineResponse;
    ApplicationService_ListApplications: ListApplicationsResponse;
    ApplicationService_ListApplicationStatuses: ListApplicationStatusesResponse;
    NotificationService_ListInbox: ListInboxResponse;
  }

  interface Bodies {
    AuthService_Login: LoginRequest;
    AuthService_Refresh: RefreshRequest;
    CustomerService_SubmitKyc: { kyc: KycDetails };
    ApplicationService_ListFacilities: undefined;
    ApplicationService_CreateApplication: CreateApplicationRequest;
    DocumentService_GetChecklist: undefined;
    DocumentService_UploadDocument: { application_id: string; type: DocumentType; file: ArrayBuffer };
    ApplicationService_SubmitApplication: undefined;
    ApplicationService_GetApplication: undefined;
    ApplicationService_GetTimeline: undefined;
    ApplicationService_ListApplications: undefined;
    ApplicationService_ListApplicationStatuses: undefined;
    NotificationService_ListInbox: undefined;
  }

  interface Paths {
    AuthService_Login: Record<string, never>;
    AuthService_Refresh: Record<string, never>;
    CustomerService_SubmitKyc: { customer_id: string };
    ApplicationService_ListFacilities: Record<string, never>;
    ApplicationService_CreateApplication: Record<string, never>;
    DocumentService_GetChecklist: { application_id: string };
    DocumentService_UploadDocument: Record<string, never>;
    ApplicationService_SubmitApplication: { application_id: string };
    ApplicationService_GetApplication: { application_id: string };
    ApplicationService_GetTimeline: { application_id: string };
    ApplicationService_ListApplications: Record<string, never>;
    ApplicationService_ListApplicationStatuses: Record<string, never>;
    NotificationService_ListInbox: Record<string, never>;
  }

  interface Variables {
    customer_id?: string | undefined;
    application_id?: string | undefined;
    documentType?: DocumentType | undefined;
  }

  type Timestamp = string;

  interface Application {
    applicationId?: string;
    customerId?: string;
    status?: ApplicationStatus;
    project?: Project;
    facilityType?: string;
    amount?: Money;
    tenureMonths?: number;
    purpose?: string;
    monthlyIncome?: Money;
    monthlyDebts?: Money;
    collateralValue?: Money;
    createTime?: Timestamp;
    updateTime?: Timestamp;
    submitTime?: Timestamp;
    loanId?: string;
    withdrawalRequested?: boolean;
    circumstances?: Circumstances;
    parties?: Array<ApplicationParty>;
    forLegalEntity?: boolean;
  }

  interface ApplicationParty {
    customerId?: string;
    role?: PartyRole;
    status?: PartyStatus;
    consentVersion?: string;
    inviteTime?: Timestamp;
    answerTime?: Timestamp;
  }

  type ApplicationStatus =
    | "APPLICATION_STATUS_UNSPECIFIED"
    | "APPLICATION_STATUS_DRAFT"
    | "APPLICATION_STATUS_SUBMITTED"
    | "APPLICATION_STATUS_KYC_REVIEW"
    | "APPLICATION_STATUS_KYC_APPROVED"
    | "APPLICATION_STATUS_RISK_ASSESSED"
    | "APPLICATION_STATUS_RISK_APPROVED"
    | "APPLICATION_STATUS_OFFER_SENT"
    | "APPLICATION_STATUS_OFFER_ACCEPTED"
    | "APPLICATION_STATUS_INTERNAL_APPROVED"
    | "APPLICATION_STATUS_MANAGEMENT_APPROVED"
    | "APPLICATION_STATUS_FINAL_APPROVED"
    | "APPLICATION_STATUS_AGREEMENT_GENERATED"
    | "APPLICATION_STATUS_AGREEMENT_SIGNED"
    | "APPLICATION_STATUS_ACTIVE"
    | "APPLICATION_STATUS_DISBURSED"
    | "APPLICATION_STATUS_OFFER_DECLINED"
    | "APPLICATION_STATUS_OFFER_EXPIRED"
    | "APPLICATION_STATUS_CLOSED"
    | "APPLICATION_STATUS_KYC_REJECTED"
    | "APPLICATION_STATUS_RISK_REJECTED"
    | "APPLICATION_STATUS_APPROVAL_REJECTED"
    | "APPLICATION_STATUS_WITHDRAWN"
    | "APPLICATION_STATUS_INFORMATION_REQUESTED"
    | "APPLICATION_STATUS_CANCELLED";

  type BorrowerKind =
    | "BORROWER_KIND_UNSPECIFIED"
    | "BORROWER_KIND_PERSON"
    | "BORROWER_KIND_COMPANY";

  interface CreateApplicationRequest {
    customerId: string;
    project: Project;
    facilityType: string;
    amount: Money;
    tenureMonths: number;
    purpose?: string;
    monthlyIncome: Money;
    monthlyDebts: Money;
    collateralValue?: Money;
    circumstances?: Circumstances;
    forLegalEntity?: boolean;
  }

  interface CreateApplicationResponse {
    application?: Application;
  }

  interface Facility {
    code?: string;
    name?: string;
    currency?: string;
    minAmount?: Money;
    maxAmount?: Money;
    minTenureMonths?: number;
    maxTenureMonths?: number;
    minRatePercent?: string;
    maxRatePercent?: string;
    defaultRatePercent?: string;
    frequency?: RepaymentFrequency;
    method?: RepaymentMethod;
    feePercent?: string;
    requiredDocuments?: Array<DocumentType>;
    defaultTenureMonths?: number;
    dayCount?: DayCount;
    rounding?: Rounding;
    allocationOrder?: Array<PaymentComponent>;
    allocation?: PaymentAllocation;
    lateFee?: LateFee;
    maxFeePercent?: string;
    borrowerKind?: BorrowerKind;
    reminderDays?: Array<number>;
  }

  interface GetApplicationResponse {
    application?: Application;
  }

  interface GetTimelineResponse {
    entries?: Array<TimelineEntry>;
    nextPageToken?: string;
  }

  interface LateFee {
    flat?: Money;
    percentOfOverdue?: string;
    graceDays?: number;
    cap?: Money;
  }

  interface ListApplicationStatusesResponse {
    statuses?: Array<StatusSummary>;
    nextPageToken?: string;
  }

  interface ListApplicationsResponse {
    applications?: Array<Application>;
    nextPageToken?: string;
  }

  interface ListFacilitiesResponse {
    facilities?: Array<Facility>;
    nextPageToken?: string;
  }

  type PartyRole =
    | "PARTY_ROLE_UNSPECIFIED"
    | "PARTY_ROLE_CO_BORROWER"
    | "PARTY_ROLE_GUARANTOR";

  type PartyStatus =
    | "PARTY_STATUS_UNSPECIFIED"
    | "PARTY_STATUS_INVITED"
    | "PARTY_STATUS_CONSENTED"
    | "PARTY_STATUS_DECLINED";

  type PaymentAllocation =
    | "PAYMENT_ALLOCATION_UNSPECIFIED"
    | "PAYMENT_ALLOCATION_OLDEST_DUE_FIRST"
    | "PAYMENT_ALLOCATION_BY_COMPONENT";

  type PaymentComponent =
    | "PAYMENT_COMPONENT_UNSPECIFIED"
    | "PAYMENT_COMPONENT_PENALTY"
    | "PAYMENT_COMPONENT_FEE"
    | "PAYMENT_COMPONENT_INTEREST"
    | "PAYMENT_COMPONENT_PRINCIPAL";

  interface Project {
    name: string;
    description?: string;
    cost: Money;
  }

  interface StatusSummary {
    applicationId?: string;
    status?: ApplicationStatus;
    updateTime?: Timestamp;
  }

  interface SubmitApplicationResponse {
    application?: Application;
  }

  interface TimelineEntry {
    number?: number;
    occurTime?: Timestamp;
    service?: string;
    what?: string;
    who?: string;
    fromStatus?: ApplicationStatus;
    toStatus?: ApplicationStatus;
    why?: string;
    correlationId?: string;
  }

  interface Enrolment {
    totpSecret?: string;
    totpUri?: string;
    passkeyOptions?: string;
  }

  interface LoginRequest {
    email: string;
    password: string;
    deviceToken?: string;
  }

  interface LoginResponse {
    tokens?: Tokens;
    accountId?: string;
    challenge?: SignInChallenge;
    deviceToken?: string;
  }

  interface RefreshRequest {
    refreshToken: string;
  }

  interface RefreshResponse {
    tokens?: Tokens;
  }

  type SecondFactor =
    | "SECOND_FACTOR_UNSPECIFIED"
    | "SECOND_FACTOR_TOTP"
    | "SECOND_FACTOR_PASSKEY"
    | "SECOND_FACTOR_RECOVERY_CODE";

  interface SignInChallenge {
    token?: string;
    expiresIn?: number;
    methods?: Array<SecondFactor>;
    passkeyOptions?: string;
    enrolment?: Enrolment;
  }

  interface Tokens {
    accessToken?: string;
    refreshToken?: string;
    tokenType?: string;
    expiresIn?: number;
    refreshExpiresIn?: number;
  }

  interface Address {
    street: string;
    city: string;
    postalCode: string;
    country: string;
  }

  interface Authority {
    kind: AuthorityKind;
    grantorName?: string;
  }

  type AuthorityKind =
    | "AUTHORITY_KIND_UNSPECIFIED"
    | "AUTHORITY_KIND_DIRECTOR"
    | "AUTHORITY_KIND_PROCURATION"
    | "AUTHORITY_KIND_POWER_OF_ATTORNEY";

  interface Customer {
    customerId?: string;
    email?: string;
    fullName?: string;
    phone?: string;
    kyc?: KycDetails;
    kycStatus?: KycStatus;
    createTime?: Timestamp;
    updateTime?: Timestamp;
    kycVersion?: number;
    legalEntity?: LegalEntity;
    language?: string;
  }

  interface Director {
    fullName: string;
    birthDate?: string;
    country: string;
  }

  interface EntityOwner {
    name: string;
    isEntity?: boolean;
    birthDate?: string;
    country: string;
    sharePercent: string;
    controls?: boolean;
  }

  interface KycDetails {
    nationalId: string;
    birthDate: string;
    nationality: string;
    address: Address;
    employer?: string;
    monthlyIncome?: Money;
    payoutIban: string;
  }

  type KycStatus =
    | "KYC_STATUS_UNSPECIFIED"
    | "KYC_STATUS_MISSING"
    | "KYC_STATUS_SUBMITTED"
    | "KYC_STATUS_APPROVED"
    | "KYC_STATUS_REJECTED";

  interface LegalEntity {
    name: string;
    legalForm: string;
    country: string;
    register: string;
    registrationNumber: string;
    lei?: string;
    address: Address;
    directors: Array<Director>;
    owners: Array<EntityOwner>;
    authority: Authority;
  }

  interface SubmitKycResponse {
    customer?: Customer;
  }

  interface Checklist {
    applicationId?: string;
    facilityType?: string;
    items?: Array<ChecklistItem>;
    missing?: Array<DocumentType>;
    complete?: boolean;
    accepted?: boolean;
  }

  interface ChecklistItem {
    type?: DocumentType;
    documentId?: string;
    status?: DocumentStatus;
    version?: number;
    sha256?: string;
    scanned?: boolean;
    accepted?: boolean;
  }

  interface Document {
    documentId?: string;
    applicationId?: string;
    customerId?: string;
    type?: DocumentType;
    status?: DocumentStatus;
    version?: number;
    fileName?: string;
    contentType?: string;
    sizeBytes?: number;
    sha256?: string;
    scanned?: boolean;
    uploadedBy?: string;
    uploadTime?: Timestamp;
    decidedBy?: string;
    decideTime?: Timestamp;
    rejectionReason?: DocumentRejectionReason;
    reason?: string;
  }

  type DocumentRejectionReason =
    | "DOCUMENT_REJECTION_REASON_UNSPECIFIED"
    | "DOCUMENT_REJECTION_REASON_UNREADABLE"
    | "DOCUMENT_REJECTION_REASON_WRONG_TYPE"
    | "DOCUMENT_REJECTION_REASON_OUTDATED"
    | "DOCUMENT_REJECTION_REASON_INCOMPLETE"
    | "DOCUMENT_REJECTION_REASON_MISMATCH"
    | "DOCUMENT_REJECTION_REASON_OTHER"
    | "DOCUMENT_REJECTION_REASON_INFECTED";

  type DocumentStatus =
    | "DOCUMENT_STATUS_UNSPECIFIED"
    | "DOCUMENT_STATUS_UPLOADED"
    | "DOCUMENT_STATUS_VALIDATED"
    | "DOCUMENT_STATUS_REJECTED"
    | "DOCUMENT_STATUS_DELETED";

  interface GetChecklistResponse {
    checklist?: Checklist;
  }

  interface UploadDocumentResponse {
    document?: Document;
  }

  type Channel =
    | "CHANNEL_UNSPECIFIED"
    | "CHANNEL_EMAIL"
    | "CHANNEL_SMS"
    | "CHANNEL_PUSH"
    | "CHANNEL_IN_APP";

  interface ListInboxResponse {
    notifications?: Array<Notification>;
    nextPageToken?: string;
    unreadCount?: number;
  }

  interface Notification {
    notificationId?: string;
    customerId?: string;
    eventType?: string;
    channel?: Channel;
    status?: NotificationStatus;
    subject?: string;
    body?: string;
    applicationId?: string;
    loanId?: string;
    createTime?: Timestamp;
    sendTime?: Timestamp;
    readTime?: Timestamp;
    templateVersion?: string;
  }

  type NotificationStatus =
    | "NOTIFICATION_STATUS_UNSPECIFIED"
    | "NOTIFICATION_STATUS_PENDING"
    | "NOTIFICATION_STATUS_SENT"
    | "NOTIFICATION_STATUS_FAILED"
    | "NOTIFICATION_STATUS_DELIVERED"
    | "NOTIFICATION_STATUS_BOUNCED"
    | "NOTIFICATION_STATUS_GIVEN_UP";

  interface Circumstances {
    employmentYears?: number | null;
    employment?: Employment;
    housing?: Housing;
    monthlyExpenses?: Money;
    assets?: Money;
    debts?: Money;
  }

  type DayCount =
    | "DAY_COUNT_UNSPECIFIED"
    | "DAY_COUNT_PERIOD"
    | "DAY_COUNT_THIRTY_360"
    | "DAY_COUNT_THIRTY_360_ISDA"
    | "DAY_COUNT_THIRTY_E_360"
    | "DAY_COUNT_ACT_360"
    | "DAY_COUNT_ACT_364"
    | "DAY_COUNT_ACT_365F"
    | "DAY_COUNT_ACT_ACT_ISDA";

  type DocumentType =
    | "DOCUMENT_TYPE_UNSPECIFIED"
    | "DOCUMENT_TYPE_IDENTITY"
    | "DOCUMENT_TYPE_PROOF_OF_ADDRESS"
    | "DOCUMENT_TYPE_PROOF_OF_INCOME"
    | "DOCUMENT_TYPE_BANK_STATEMENT"
    | "DOCUMENT_TYPE_TAX_RETURN"
    | "DOCUMENT_TYPE_PROJECT_PLAN"
    | "DOCUMENT_TYPE_QUOTE"
    | "DOCUMENT_TYPE_COLLATERAL"
    | "DOCUMENT_TYPE_FINANCIAL_STATEMENT"
    | "DOCUMENT_TYPE_BUSINESS_REGISTRATION"
    | "DOCUMENT_TYPE_OTHER";

  type Employment =
    | "EMPLOYMENT_UNSPECIFIED"
    | "EMPLOYMENT_PERMANENT"
    | "EMPLOYMENT_TEMPORARY"
    | "EMPLOYMENT_SELF_EMPLOYED"
    | "EMPLOYMENT_OTHER";

  type Housing =
    | "HOUSING_UNSPECIFIED"
    | "HOUSING_OWNED"
    | "HOUSING_RENTED"
    | "HOUSING_WITH_PARENTS"
    | "HOUSING_OTHER";

  interface Money {
    currency: string;
    amount: string;
  }

  type RepaymentFrequency =
    | "REPAYMENT_FREQUENCY_UNSPECIFIED"
    | "REPAYMENT_FREQUENCY_WEEKLY"
    | "REPAYMENT_FREQUENCY_BIWEEKLY"
    | "REPAYMENT_FREQUENCY_MONTHLY"
    | "REPAYMENT_FREQUENCY_QUARTERLY"
    | "REPAYMENT_FREQUENCY_HALF_YEARLY"
    | "REPAYMENT_FREQUENCY_YEARLY";

  type RepaymentMethod =
    | "REPAYMENT_METHOD_UNSPECIFIED"
    | "REPAYMENT_METHOD_ANNUITY"
    | "REPAYMENT_METHOD_EQUAL_PRINCIPAL"
    | "REPAYMENT_METHOD_FLAT";

  type Rounding =
    | "ROUNDING_UNSPECIFIED"
    | "ROUNDING_HALF_EVEN"
    | "ROUNDING_HALF_UP"
    | "ROUNDING_CEILING"
    | "ROUNDING_FLOOR";
}

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
const OBJECTIVES = {
  "sign in": { failed: 0.0005, milliseconds: 1000 },
  "register": { failed: 0.001, milliseconds: 1000 },
  "apply": { failed: 0.0005, milliseconds: 500 },
  "be told": { failed: 0.001, milliseconds: 500 },
};
const IN_TIME = 99;
const EXPECTED = 0.999;
const RETRY_AFTER_SECONDS = 3;
const SIGN_IN_SECONDS = 3;
const PATIENCE_MS = 120000;
const PAUSE_MS = 200;

const OPERATIONS: Record<OperationId, Operation> = {
  AuthService_Login: { method: "POST", path: "/api/v1/auth/login", journey: "sign in", signedIn: false, takesKey: false },
  AuthService_Refresh: { method: "POST", path: "/api/v1/auth/refresh", journey: "sign in", signedIn: false, takesKey: false },
  CustomerService_SubmitKyc: { method: "PUT", path: "/api/v1/customers/{customer_id}/kyc", journey: "register", signedIn: true, takesKey: false },
  ApplicationService_ListFacilities: { method: "GET", path: "/api/v1/facilities", journey: "apply", signedIn: false, takesKey: false },
  ApplicationService_CreateApplication: { method: "POST", path: "/api/v1/applications", journey: "apply", signedIn: true, takesKey: true },
  DocumentService_GetChecklist: { method: "GET", path: "/api/v1/documents/{application_id}/checklist", journey: "apply", signedIn: true, takesKey: false },
  DocumentService_UploadDocument: { method: "POST", path: "/api/v1/documents/upload", journey: "apply", signedIn: true, takesKey: false },
  ApplicationService_SubmitApplication: { method: "POST", path: "/api/v1/applications/{application_id}/submit", journey: "apply", signedIn: true, takesKey: true },
  ApplicationService_GetApplication: { method: "GET", path: "/api/v1/applications/{application_id}", journey: "apply", signedIn: true, takesKey: false },
  ApplicationService_GetTimeline: { method: "GET", path: "/api/v1/applications/{application_id}/timeline", journey: "apply", signedIn: true, takesKey: false },
  ApplicationService_ListApplications: { method: "GET", path: "/api/v1/applications", journey: "apply", signedIn: true, takesKey: false },
  ApplicationService_ListApplicationStatuses: { method: "GET", path: "/api/v1/applications/status", journey: "apply", signedIn: true, takesKey: false },
  NotificationService_ListInbox: { method: "GET", path: "/api/v1/notifications/inbox", journey: "be told", signedIn: true, takesKey: false },
};
const SIGN_IN = "AuthService_Login";
const REFRESH = "AuthService_Refresh";

// ---- What the environment says ----

const SETTINGS = {
  BASE_URL: "where the edge is, such as https://loans.example",
  CUSTOMERS: "the absolute path of a JSON file, [{\"email\": \"...\", \"password\": \"...\"}], of the customers who put the load on: registered and confirmed, without a second factor",
  EMAIL: "the e-mail address of one customer, where CUSTOMERS is not given",
  PASSWORD: "that customer's password",
  RATE: "how many calls of the mix begin each second, a whole number above 0",
  LIVES: "how many loans are begun each minute, a whole number above 0",
  DURATION: "for how long, such as 90s or 10m; 1m where it is not given",
  RAMP: "over how long the mix grows from nothing to RATE before, such as 30s",
  PAPER: "the absolute path of a PDF file to upload, instead of a page that the script has",
};

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

const SAMPLE = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n4 0 obj\n<< /Length 55 >>\nstream\nBT /F1 18 Tf 72 760 Td (Made up for a load test.) Tj ET\nendstream\nendobj\n5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\nxref\n0 6\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n0000000115 00000 n \n0000000241 00000 n \n0000000346 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n416\n%%EOF\n";

const WALK: Step[] = [
  {
    name: "The customer hands in the KYC details",
    operation: "CustomerService_SubmitKyc",
    ask: (me) => {
      const reply = call(me, "CustomerService_SubmitKyc", { customer_id: need(me, "customer_id") }, {
        kyc: {
          nationalId: "L01X00T47",
          birthDate: "1988-04-12",
          nationality: "DE",
          address: { street: "Hauptstr. 5", city: "Berlin", postalCode: "10115", country: "DE" },
          employer: "Spree Works GmbH",
          monthlyIncome: { currency: "EUR", amount: "3200.00" },
          payoutIban: "DE89370400440532013000",
        },
      });
      return outcome(reply, {});
    },
  },
  {
    name: "The customer looks at the facilities",
    operation: "ApplicationService_ListFacilities",
    ask: (me) => {
      const reply = call(me, "ApplicationService_ListFacilities", {}, undefined);
      return outcome(reply, {});
    },
  },
  {
    name: "The customer applies",
    operation: "ApplicationService_CreateApplication",
    ask: (me) => {
      const reply = call(me, "ApplicationService_CreateApplication", {}, {
        customerId: need(me, "customer_id"),
        project: { name: "Kitchen renovation", cost: { currency: "EUR", amount: "6600.00" } },
        facilityType: "PERSONAL",
        amount: { currency: "EUR", amount: "6000.00" },
        tenureMonths: 6,
        purpose: "Kitchen renovation",
        monthlyIncome: { currency: "EUR", amount: "3200.00" },
        monthlyDebts: { currency: "EUR", amount: "250.00" },
        collateralValue: { currency: "EUR", amount: "0.00" },
      });
      me.variables.application_id = reply.answer?.application?.applicationId;
      return outcome(reply, {
        "has application.applicationId": me.variables.application_id !== undefined,
      });
    },
  },
  {
    name: "The checklist is there",
    operation: "DocumentService_GetChecklist",
    patient: true,
    ask: (me) => {
      const reply = call(me, "DocumentService_GetChecklist", { application_id: need(me, "application_id") }, undefined);
      me.variables.documentType = reply.answer?.checklist?.missing?.[0];
      return outcome(reply, {
        "has checklist.missing[0]": me.variables.documentType !== undefined,
      });
    },
  },
  {
    name: "The customer uploads what is missing, until nothing is",
    operation: "DocumentService_UploadDocument",
    ask: (me) => {
      const reply = call(me, "DocumentService_UploadDocument", {}, { application_id: need(me, "application_id"), type: need(me, "documentType"), file: PAPER });
      return outcome(reply, {});
    },
  },
  {
    name: "Nothing is missing any more",
    operation: "DocumentService_GetChecklist",
    patient: true,
    back: 1,
    ask: (me) => {
      const reply = call(me, "DocumentService_GetChecklist", { application_id: need(me, "application_id") }, undefined);
      me.variables.documentType = reply.answer?.checklist?.missing?.[0];
      return outcome(reply, {
        "checklist.complete is true": reply.answer?.checklist?.complete === true,
      });
    },
  },
  {
    name: "The customer submits",
    operation: "ApplicationService_SubmitApplication",
    ask: (me) => {
      const reply = call(me, "ApplicationService_SubmitApplication", { application_id: need(me, "application_id") }, undefined);
      return outcome(reply, {});
    },
  },
];
// Of the customer's steps these are not in it:
// - The customer registers: once before the load: it takes or makes what is mailed.
// - The customer confirms the registration: once before the load: it takes or makes what is mailed.
// - Risk assesses by itself: comes after staff: “The KYC manager assigns an officer”.
// - The customer accepts: comes after staff: “The KYC manager assigns an officer”.
// - The agreement is made: comes after staff: “The KYC manager assigns an officer”.
// - The customer checks that the agreement is what was recorded: comes after staff: “The KYC manager assigns an officer”.
// - The customer asks for the code to sign with, and is shown what they sign: comes after staff: “The KYC manager assigns an officer”.
// - The customer signs with it: comes after staff: “The KYC manager assigns an officer”.
// - The money is sent: comes after staff: “The KYC manager assigns an officer”.
// - The first instalment is to be paid: comes after staff: “The KYC manager assigns an officer”.
// - The customer pays the instalment, and then what closes the loan: comes after staff: “The KYC manager assigns an officer”.
// - The customer uploads the receipt: comes after staff: “The KYC manager assigns an officer”.
// - What closes the loan is asked for, until it is nothing: comes after staff: “The KYC manager assigns an officer”.
// - The loan is closed: comes after staff: “The KYC manager assigns an officer”.
// - The customer reads the statement: comes after staff: “The KYC manager assigns an officer”.

const MIX: Step[] = [
  {
    name: "The customer applies",
    operation: "ApplicationService_CreateApplication",
    ask: (me) => {
      const reply = call(me, "ApplicationService_CreateApplication", {}, {
        customerId: need(me, "customer_id"),
        project: { name: "Kitchen renovation", cost: { currency: "EUR", amount: "6600.00" } },
        facilityType: "PERSONAL",
        amount: { currency: "EUR", amount: "6000.00" },
        tenureMonths: 6,
        purpose: "Kitchen renovation",
        monthlyIncome: { currency: "EUR", amount: "3200.00" },
        monthlyDebts: { currency: "EUR", amount: "250.00" },
        collateralValue: { currency: "EUR", amount: "0.00" },
      });
      me.variables.application_id = reply.answer?.application?.applicationId;
      return outcome(reply, {
        "has application.applicationId": me.variables.application_id !== undefined,
      });
    },
  },
  {
    name: "ApplicationService_GetApplication",
    operation: "ApplicationService_GetApplication",
    ask: (me) => {
      const reply = call(me, "ApplicationService_GetApplication", { application_id: need(me, "application_id") }, undefined);
      return outcome(reply, {});
    },
  },
  {
    name: "ApplicationService_GetTimeline",
    operation: "ApplicationService_GetTimeline",
    ask: (me) => {
      const reply = call(me, "ApplicationService_GetTimeline", { application_id: need(me, "application_id") }, undefined);
      return outcome(reply, {});
    },
  },
  {
    name: "ApplicationService_ListApplications",
    operation: "ApplicationService_ListApplications",
    ask: (me) => {
      const reply = call(me, "ApplicationService_ListApplications", {}, undefined);
      return outcome(reply, {});
    },
  },
  {
    name: "ApplicationService_ListApplicationStatuses",
    operation: "ApplicationService_ListApplicationStatuses",
    ask: (me) => {
      const reply = call(me, "ApplicationService_ListApplicationStatuses", {}, undefined);
      return outcome(reply, {});
    },
  },
  {
    name: "ApplicationService_ListFacilities",
    operation: "ApplicationService_ListFacilities",
    ask: (me) => {
      const reply = call(me, "ApplicationService_ListFacilities", {}, undefined);
      return outcome(reply, {});
    },
  },
  {
    name: "NotificationService_ListInbox",
    operation: "NotificationService_ListInbox",
    ask: (me) => {
      const reply = call(me, "NotificationService_ListInbox", {}, undefined);
      return outcome(reply, {});
    },
  },
];

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
