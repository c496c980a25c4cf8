/** Host of an account's image registry; China has a domain of its own. */
export const ecrHost = (account: string, region: string) =>
  `${account}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`

/** Account of the AWS Deep Learning Containers in the commercial regions. */
export const DEEP_LEARNING_CONTAINERS_ACCOUNT = '763104351884'
