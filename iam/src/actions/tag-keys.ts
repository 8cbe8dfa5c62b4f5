/** Keys of requests that set tags, and of those that remove them (IAM User Guide, reference_policies_condition-keys). */
export const setsTags: readonly string[] = ['aws:RequestTag/${TagKey}', 'aws:TagKeys']
export const removesTags: readonly string[] = ['aws:TagKeys']
