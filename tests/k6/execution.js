// The number of the virtual user is 0 in setup(), and 1 for the first that runs a scenario.
const execution = { vu: { idInTest: 0 } };
export default execution;
