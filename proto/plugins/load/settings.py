"""What a user says to the k6 script, by environment variables."""

# By name: what it is, as an error of the script and its page say it.
SETTINGS = {
    "BASE_URL": "where the edge is, such as https://loans.example",
    "CUSTOMERS": 'the absolute path of a JSON file, [{"email": "...", "password": "..."}], of the customers who '
    "put the load on: registered and confirmed, without a second factor",
    "EMAIL": "the e-mail address of one customer, where CUSTOMERS is not given",
    "PASSWORD": "that customer's password",
    "RATE": "how many calls of the mix begin each second, a whole number above 0",
    "LIVES": "how many loans are begun each minute, a whole number above 0",
    "DURATION": "for how long, such as 90s or 10m; 1m where it is not given",
    "RAMP": "over how long the mix grows from nothing to RATE before, such as 30s",
    "PAPER": "the absolute path of a PDF file to upload, instead of a page that the script has",
}
