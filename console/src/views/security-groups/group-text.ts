/** EC2 API reference, "CreateSecurityGroup": what names and descriptions of groups are made of. */
const TEXT = /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/

/** Why it can be no name or description of a group; undefined when it can. */
export function groupTextProblem(text: string): string | undefined {
  if (text.startsWith('sg-')) return 'A name does not begin with sg-'
  if (text === 'default') return 'Every site has a group of that name already'
  return TEXT.test(text) ? undefined : '1 to 255 of a-z A-Z 0-9, blank and ._-:/()#,@[]+=&;{}!$*'
}
