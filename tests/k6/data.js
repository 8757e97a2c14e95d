// k6 refuses what is no array, or an empty one, and gives elements that cannot be changed.
export class SharedArray {
  constructor(name, make) {
    const made = make();
    if (!Array.isArray(made) || made.length === 0) {
      throw new Error(`${name}: only arrays that are not empty can be made into a SharedArray`);
    }
    return Object.freeze(made.map((each) => Object.freeze({ ...each })));
  }
}
