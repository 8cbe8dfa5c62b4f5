/**
 * Why a login with a pushed key did not work, as one word. The host finds it (from sshd's own words, the helper's notes and sshd's
 * settings), the trail keeps it, and every door shows it with the sentence and the mend that belong to it.
 */
export const LOGIN_CAUSES = {
  'key-expired': {
    says: 'The key was offered after its 60 seconds were over.',
    mend: 'Push the key again and log in within 60 seconds; "fleetkey ssh" does both.',
  },
  'other-key-offered': {
    says: 'The client offered another key than the one that was pushed.',
    mend: 'Have ssh offer the pushed key: -i FILE -o IdentitiesOnly=yes.',
  },
  'other-user': {
    says: 'The key was offered for another user than the one that it was pushed for.',
    mend: 'Log in as the user that the key was pushed for, or push it for the other one.',
  },
  'user-unknown': {
    says: 'There is no such user on the host.',
    mend: 'Name a user that exists there, or make the account on the host.',
  },
  'user-locked': {
    says: 'The account of the user is locked.',
    mend: 'Unlock it on the host: usermod --unlock USER, or give it the password "*" (usermod --password "*" USER).',
  },
  'user-has-no-shell': {
    says: 'The user has no shell that lets anybody log in.',
    mend: 'Give the account a shell on the host: usermod --shell /bin/sh USER.',
  },
  'user-expired': {
    says: 'The account of the user, or its password, has expired.',
    mend: 'Set another date on the host: chage --expiredate -1 USER.',
  },
  'user-not-allowed': {
    says: "sshd's AllowUsers, DenyUsers, AllowGroups or DenyGroups keeps the user out.",
    mend: 'Change that line in sshd_config on the host, or log in as another user.',
  },
  'keys-not-accepted': {
    says: 'sshd accepts no public keys for this login (PubkeyAuthentication no).',
    mend: 'Set PubkeyAuthentication yes for this user on the host; a file that RevokedKeys names must be there.',
  },
  'algorithm-refused': {
    says: 'sshd does not accept the algorithm of the key (PubkeyAcceptedAlgorithms).',
    mend: 'Push a key of a type that it accepts, or add this one to PubkeyAcceptedAlgorithms on the host.',
  },
  'more-methods-wanted': {
    says: 'The key was accepted, and sshd wants another proof beside it (AuthenticationMethods).',
    mend: 'Give the other proof too, or set AuthenticationMethods publickey for this user on the host.',
  },
  'bad-permissions': {
    says: 'sshd does not read the key because of the owner or mode of a file or directory on the way to it (StrictModes).',
    mend: 'Take the right to write from group and others there.',
  },
  'command-not-configured': {
    says: 'sshd does not ask for pushed keys: the setting of the delivery is missing or overridden.',
    mend: 'Run on the host: fleetkey agent install.',
  },
  'command-not-executable': {
    says: 'sshd cannot run the program that gives it pushed keys.',
    mend: 'Run on the host: fleetkey agent install.',
  },
  'command-wrong-owner': {
    says: 'sshd refuses the program that gives it pushed keys because of its owner or mode.',
    mend: 'Have it and all directories above it belong to root, and nobody else write there; "fleetkey agent install" on the host does that for those of Fleetkey.',
  },
  'command-wrong-user': {
    says: 'AuthorizedKeysCommandUser names an account that does not exist or is not the right one.',
    mend: 'Run on the host: fleetkey agent install.',
  },
  'command-failed': {
    says: 'The program that gives sshd pushed keys failed.',
    mend: 'Read the log of sshd on the host; "fleetkey agent install" there puts the program in order.',
  },
  'command-slow': {
    says: 'The program that gives sshd pushed keys was too slow, so the login ran out of time.',
    mend: 'See what slows the host down; "fleetkey agent install" there puts the program in order.',
  },
  'too-many-keys': {
    says: 'The client offered other keys first, until sshd had enough (MaxAuthTries).',
    mend: 'Have ssh offer the pushed key only: -o IdentitiesOnly=yes -i FILE.',
  },
  'too-many-connections': {
    says: 'sshd dropped the connection because too many were logging in at once (MaxStartups).',
    mend: 'Try again in a moment, or raise MaxStartups on the host.',
  },
  'source-penalised': {
    says: 'sshd drops connections from this address for a while after failed logins (PerSourcePenalties).',
    mend: 'Wait, or add the address to PerSourcePenaltyExemptList on the host.',
  },
  'pam-refused': {
    says: "The host's PAM rules refuse the account.",
    mend: 'See the account rules in /etc/pam.d/sshd on the host (pam_access, pam_time, pam_nologin).',
  },
  'wrong-port': {
    says: 'sshd listens on another port.',
    mend: 'Use the port that the instance reports.',
  },
  'sshd-not-running': {
    says: 'No sshd is running on the host.',
    mend: 'Start it on the host: systemctl start ssh.',
  },
  'never-arrived': {
    says: 'sshd saw no login with this key: the connection never came to it.',
    mend: 'See what is between: fleetkey doctor INSTANCE.',
  },
  unknown: {
    says: 'sshd refused the login, and the host cannot tell why.',
    mend: 'See what is checked: fleetkey doctor INSTANCE --os-user USER; then the log of sshd on the host.',
  },
} as const satisfies Readonly<Record<string, { readonly says: string; readonly mend: string }>>

/** Whether the same key may still log in within its time, when the client does otherwise or tries again. */
export function mayStillWork(cause: LoginCause): boolean {
  return CLIENTS.has(cause)
}

const CLIENTS: ReadonlySet<LoginCause> = new Set([
  'other-key-offered',
  'other-user',
  'too-many-keys',
  'too-many-connections',
  'source-penalised',
  'wrong-port',
  'never-arrived',
])

/** What to do about it, with the names that belong in it. */
export function mendFor(
  cause: LoginCause,
  { instanceId, osUser }: { readonly instanceId: string; readonly osUser: string },
): string {
  return LOGIN_CAUSES[cause].mend.replaceAll('INSTANCE', instanceId).replaceAll('USER', osUser)
}

export type LoginCause = keyof typeof LOGIN_CAUSES

export function isLoginCause(value: unknown): value is LoginCause {
  return typeof value === 'string' && Object.hasOwn(LOGIN_CAUSES, value)
}
