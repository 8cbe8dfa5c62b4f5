/**
 * Exit codes by cause, so that scripts can tell them apart. The causes that sysexits(3) knows have its numbers; all stand at 64 or
 * above, where they are rarely taken for the exit code of a remote command. `fleetkey ssh` otherwise ends with ssh's own code.
 */
export const EXIT_CODES = {
  ok: 0,
  usage: 64,
  trailBroken: 65,
  fileUnreadable: 66,
  notFound: 68,
  instanceUnavailable: 69,
  internal: 70,
  refused: 73,
  tryAgain: 75,
  badAnswer: 76,
  accessDenied: 77,
  configuration: 78,
  credentials: 79,
  certificate: 80,
  cannotConnect: 81,
  hostKeysUnknown: 82,
  ambiguous: 83,
  cancelled: 84,
  policyFaulty: 85,
  drift: 86,
  conditional: 87,
  tunnelEnded: 88,
  noWay: 89,
  loginRefused: 90,
  keyExpired: 91,
  notLoggedIn: 92,
  foundBad: 93,
  foundUnknown: 94,
  interrupted: 130,
} as const

/** Why a command ended, as a word. */
export type Cause = keyof typeof EXIT_CODES

/** One line each, for `fleetkey help exit-codes`. */
export const EXIT_CODE_MEANINGS: Readonly<Record<Cause, string>> = {
  ok: 'done',
  usage: 'the command line is not right',
  trailBroken:
    'trail verify found a record, file or digest that is altered, missing, out of order or cut off, or a recording is not what was recorded',
  fileUnreadable: 'a file named on the command line cannot be read or written',
  notFound:
    'no such instance, session, recording, endpoint, security group, image, user, policy, access key or join token',
  instanceUnavailable:
    'the instance or its agent cannot take the key, end a session or follow its rules now',
  internal: 'fleetkey itself failed; please report it',
  refused: 'the server refused the request for another reason; its words are printed',
  tryAgain: 'the server is busy or failed; the same command may work in a moment',
  badAnswer: 'the server answered something that is not the Fleetkey API',
  accessDenied: 'a policy says no; the explanation is printed',
  configuration: 'no endpoint or credentials, or the configuration file is not usable',
  credentials:
    'nobody is logged in (any more), the access key is unknown, its secret is wrong, or a clock is off',
  certificate: "the server's certificate is not trusted",
  cannotConnect: 'the server cannot be reached',
  hostKeysUnknown: 'the instance reported no host keys, so it could not be recognised',
  ambiguous: 'the name fits several instances, or you may take several roles',
  cancelled: 'you did not confirm, or did not sign in',
  policyFaulty: 'the policy document is not valid, or says what nobody can have meant',
  drift: 'the server is not as the file says; "iam apply" would change it',
  conditional:
    'allowed only under a condition that the moment decides (address, time, second factor)',
  tunnelEnded:
    'the connection, or the tunnel that carried it, ended before its time: its duration or idle limit, the server, the agent or the host',
  noWay: 'there is neither a direct way to the instance nor an endpoint with a tunnel to it',
  loginRefused: 'send-key --wait: sshd refused a login with the key; the reason is printed',
  keyExpired: 'send-key --wait: nobody logged in with the key in its time',
  notLoggedIn: 'send-key --wait: nobody has logged in yet; the key may still be usable',
  foundBad: 'doctor found why a login does not work; cause and mend are printed',
  foundUnknown: 'doctor found nothing wrong, and could not look at all that matters',
  interrupted: 'ended by Ctrl-C',
}
