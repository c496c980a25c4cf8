import { AwsError } from '../aws-error.ts'
import type { Lifecycle } from '../sagemaker/lifecycle.ts'
import type { JsonService } from '../server/json-protocol.ts'
import { pageOf } from '../server/page-of.ts'
import { createInputValidator } from '../server/validate-input.ts'
import { type Fields, textOf } from '../wire.ts'
import { listOffers, type Offer } from './price-offers.ts'
import { serviceModels } from './service-models.ts'

interface Filter {
  Type: 'TERM_MATCH' | 'EQUALS' | 'CONTAINS' | 'ANY_OF' | 'NONE_OF'
  Field: string
  Value: string
}

const comparisons: Record<Filter['Type'], (met: string, value: string) => boolean> = {
  TERM_MATCH: (met, value) => met === value,
  EQUALS: (met, value) => met === value,
  CONTAINS: (met, value) => met.includes(value),
  ANY_OF: (met, value) => value.split(',').includes(met),
  NONE_OF: (met, value) => !value.split(',').includes(met),
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message)

/** The member of an offer that a filter looks at. Names of fields are read without regard to case, as ServiceCode and servicecode both occur. */
const attributeOf = (field: string, { attributes }: Offer): string => {
  const name = Object.keys(attributes).find((known) => known.toLowerCase() === field.toLowerCase())
  if (name === undefined)
    throw invalid(
      `The local cloud's offers have no attribute ${field}; they have ${Object.keys(attributes).join(', ')}`,
    )
  return attributes[name] ?? ''
}

/** The AWS Price List query API, as far as GetProducts: offers of AmazonSageMaker for the types of the dated price table. */
export const createPriceList = (lifecycle: Lifecycle): JsonService => ({
  name: 'pricing',
  validate: createInputValidator(serviceModels.pricing, 'InvalidParameterException'),
  operations: {
    GetProducts: (input: Fields) => {
      const service = textOf(input, 'ServiceCode')
      if (service !== 'AmazonSageMaker')
        throw new AwsError('NotFoundException', `The local cloud has prices of AmazonSageMaker, not of ${service}`)
      const format = textOf(input, 'FormatVersion', 'aws_v1')
      if (format !== 'aws_v1') throw invalid(`The format version aws_v1 is known, not ${format}`)
      const filters = (input['Filters'] ?? []) as Filter[]
      const found = listOffers(lifecycle.settings.prices).filter((offer) =>
        filters.every(({ Type, Field, Value }) => comparisons[Type](attributeOf(Field, offer), Value)),
      )
      const { items, NextToken } = pageOf(
        found,
        input,
        100,
        () => new AwsError('InvalidNextTokenException', 'The pagination token is invalid.'),
      )
      return { FormatVersion: format, PriceList: items.map(({ document }) => document), NextToken }
    },
  },
})
