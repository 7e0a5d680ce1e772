/** Something that the person at the terminal can mend: shown as its message, without a stack. */
export class SetupFault extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a script's main function and turns what it throws into a line and an exit code. */
export async function runScript(main) {
  try {
    await main();
  } catch (fault) {
    if (!(fault instanceof SetupFault)) throw fault;
    if (fault.message !== '') console.error(fault.message);
    process.exitCode = fault.exitCode;
  }
}
