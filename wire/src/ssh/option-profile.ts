import type { OptionProfile } from '@fleetkey/domain/option-profile'

/**
 * The profile as authorized_keys options (sshd(8), AUTHORIZED_KEYS FILE FORMAT). `restrict` comes first: it turns all
 * off, those that later versions of sshd add too, and what follows turns single ones on again.
 */
export const authorizedKeysOptions: Readonly<Record<OptionProfile, string>> = {
  login: 'restrict,pty',
  'login-with-forwarding': 'restrict,pty,port-forwarding,agent-forwarding,X11-forwarding,user-rc',
}
