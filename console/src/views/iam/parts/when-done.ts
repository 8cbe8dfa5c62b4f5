/** Goes on only after what was asked for went well; a refusal is shown by who asked. */
export function whenDone(isDone: Promise<boolean>, goOn: () => void): void {
  void follow(isDone, goOn)
}

async function follow(isDone: Promise<boolean>, goOn: () => void): Promise<void> {
  if (await isDone) goOn()
}
