# Made by `make gen` from proto/journey.yaml and the contract; do not edit. README.md says how it is run.
#
# The mix of one customer's calls as targets of vegeta (-format=json). The variables are those of the environment;
# without application_id it is the one call that makes one.
def variable($name): if ($ENV[$name] // "") == "" then error("\($name) is not set") else $ENV[$name] end;
def target($method; $path; $header; $body):
  {method: $method, url: (variable("baseUrl") + $path), header: $header}
  + (if $body == null then {} else {body: ($body | tojson | @base64)} end);
def everyone: {};
def customer: {"Authorization": ["Bearer " + variable("token")]};
def json: {"Content-Type": ["application/json"]};

def create:
  target("POST"; "/api/v1/applications"; customer + json; {"customerId": "\(variable("customer_id"))", "project": {"name": "Kitchen renovation", "cost": {"currency": "EUR", "amount": "6600.00"}}, "facilityType": "PERSONAL", "amount": {"currency": "EUR", "amount": "6000.00"}, "tenureMonths": 6, "purpose": "Kitchen renovation", "monthlyIncome": {"currency": "EUR", "amount": "3200.00"}, "monthlyDebts": {"currency": "EUR", "amount": "250.00"}, "collateralValue": {"currency": "EUR", "amount": "0.00"}});

if ($ENV.application_id // "") == "" then create
else
  create,
  target("GET"; "/api/v1/applications/\(variable("application_id"))"; customer; null),
  target("GET"; "/api/v1/applications/\(variable("application_id"))/timeline"; customer; null),
  target("GET"; "/api/v1/applications"; customer; null),
  target("GET"; "/api/v1/applications/status"; customer; null),
  target("GET"; "/api/v1/facilities"; everyone; null),
  target("GET"; "/api/v1/notifications/inbox"; customer; null)
end
