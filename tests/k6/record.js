// What a run has done so far, for the test to look at.
export const record = { checks: [], slept: [], metrics: [], warned: [] };
