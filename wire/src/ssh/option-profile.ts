/**
 * What a login with a key may do on the host, chosen by policy and never by the request's text. `login` is a terminal
 * and commands, nothing more; `login-with-forwarding` is what a plain authorized_keys line allows.
 */
export type OptionProfile = 'login' | 'login-with-forwarding'

/**
 * The profile as authorized_keys options (sshd(8), AUTHORIZED_KEYS FILE FORMAT). `restrict` comes first: it turns all
 * off, those that later versions of sshd add too, and what follows turns single ones on again.
 */
export const authorizedKeysOptions: Readonly<Record<OptionProfile, string>> = {
  login: 'restrict,pty',
  'login-with-forwarding': 'restrict,pty,port-forwarding,agent-forwarding,X11-forwarding,user-rc',
}
