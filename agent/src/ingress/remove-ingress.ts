import { PATHS } from '../paths.ts'
import { forgetKeptRules } from './kept-rules.ts'
import { openFirewall } from './nft.ts'
import { removalScript } from './nft-script.ts'

/** Takes our table out, and what would bring it back. False when there was none. Throws when nft will not. */
export async function removeIngress(): Promise<boolean> {
  forgetKeptRules(PATHS.state)
  const firewall = openFirewall()
  // Without nft there is no table of ours either.
  const had = await firewall.list().catch(() => undefined)
  if (had === undefined) return false
  await firewall.apply(removalScript())
  return true
}
