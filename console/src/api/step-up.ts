/** Shows what to prove oneself with; resolves to whether it was done. */
type Ask = () => Promise<boolean>

let dialog: Ask | undefined
let asking: Promise<boolean> | undefined

/** The shell has one such dialog. Returns what takes it away. */
export function proveBy(ask: Ask): () => void {
  dialog = ask
  return () => {
    if (dialog === ask) dialog = undefined
  }
}

/** Whether whoever is signed in has proven once more who they are: asked once, however many calls want it meanwhile. */
export function askForProof(): Promise<boolean> {
  asking ??= (dialog?.() ?? Promise.resolve(false)).finally(() => {
    asking = undefined
  })
  return asking
}
