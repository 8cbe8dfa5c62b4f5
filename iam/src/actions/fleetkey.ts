import { instance } from './ec2.ts'
import { group, oidcProvider, policy, role, user } from './iam.ts'
import { list, permissions, read, service, write, type ResourceType } from './service.ts'
import { setsTags } from './tag-keys.ts'

const joinToken: ResourceType = {
  name: 'join-token',
  arn: 'arn:${Partition}:fleetkey:${Region}:${Account}:join-token/${JoinTokenId}',
  keys: [],
}
const trail: ResourceType = {
  name: 'trail',
  arn: 'arn:${Partition}:fleetkey:${Region}:${Account}:trail/main',
  keys: [],
}

/** What AWS has no action for. */
export const FLEETKEY = service('fleetkey', [
  write('CreateJoinToken', [joinToken], setsTags),
  list('ListJoinTokens', [joinToken]),
  write('RevokeJoinToken', [joinToken]),
  write('ForgetInstance', [instance]),
  read('SearchEvents', [trail]),
  // Of the instance that the key was pushed to. Who pushed it needs no policy.
  read('GetGrant', [instance]),
  // Of somebody else; of one's own access whoever may see instances may ask.
  read('Diagnose', [instance]),
  write('MendInstance', [instance]),
  list('ListObservedIngress', [instance]),
  read('ReadTrail', [trail]),
  // What is told needs the right to read it besides.
  read('WatchFleet'),
  read('CheckOwnAccess'),
  // Of whom is asked.
  read('CheckAccess', [user, role]),
  read('ListReachable', [user, role]),
  read('ListWhoCanReach', [instance]),
  // Of the policy, or of whom it is an inline policy.
  read('PreviewPolicyChange', [policy, user, group, role]),
  write('SignIn', [user]),
  // Of the console: of one's own session, which needs no policy.
  read('GetConsoleSession'),
  write('SetUpAdministrator'),
  write('SignOut'),
  write('ProveAgain'),
  write('SignOutEverywhere'),
  list('ListOwnSessions'),
  write('EndOwnSession'),
  write('SignInWithPasskey', [user]),
  list('ListSignInRoles'),
  read('GetPasskeyChallenge'),
  list('ListPasskeys'),
  write('RenamePasskey'),
  write('CreateRecoveryCodes', [user]),
  list('ListSessions', [user, role]),
  write('RevokeSessions', [user, role]),
  write('EndSession'),
  list('ListSSHSessions', [instance]),
  read('GetSSHSession', [instance]),
  write('EndSSHSessions', [instance]),
  // One's own need no policy, but to be deleted. `ec2:osuser`: the account that was recorded.
  list('ListRecordings', [instance], ['ec2:osuser']),
  read('GetRecording', [instance], ['ec2:osuser']),
  read('ReadRecording', [instance], ['ec2:osuser']),
  write('DeleteRecording', [instance], ['ec2:osuser']),
  list('ListTerminals', [instance]),
  write('EndTerminal', [instance]),
  write('WatchTerminal', [instance]),
  list('ListWebIdentityRoles'),
  permissions('PutOpenIDConnectProviderClaims', [oidcProvider]),
  // Who holds it may hand out rights that they do not have themselves: as good as administrator.
  permissions('GrantAnyPermission'),
])
