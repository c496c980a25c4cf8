import { createHash } from 'node:crypto'
import { priceTable } from '@assay/pricing'

/** What an instance is sold for, in the price list's word, with the code of its usage type. */
const components = { Training: 'Train', SpotTraining: 'SpotTraining', Hosting: 'Host', BatchTransform: 'Tsform' }

/** An entry of the price list. Attributes are what filters look at, productFamily and sku among them. */
export interface Offer {
  attributes: Record<string, string>
  /** As GetProducts writes it: a document of JSON. */
  document: string
}

const skuOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16).toUpperCase()
const onDemand = 'JRTCKXETXF'
const perHour = '6YS6EN2CT7'

const offerFor = (instanceType: string, component: keyof typeof components, usdPerHour: number): Offer => {
  const sku = skuOf(`${instanceType}/${component}`)
  const attributes = {
    servicecode: 'AmazonSageMaker',
    servicename: 'Amazon SageMaker',
    regionCode: priceTable.region,
    location: 'US East (N. Virginia)',
    locationType: 'AWS Region',
    instanceName: instanceType,
    instanceType,
    platoinstancename: instanceType,
    platoinstancetype: component,
    component,
    operation: 'RunInstance',
    usagetype: `USE1-${components[component]}:${instanceType}`,
  }
  const document = {
    product: { productFamily: 'ML Instance', attributes, sku },
    serviceCode: attributes.servicecode,
    terms: {
      OnDemand: {
        [`${sku}.${onDemand}`]: {
          priceDimensions: {
            [`${sku}.${onDemand}.${perHour}`]: {
              unit: 'Hrs',
              endRange: 'Inf',
              description: `$${usdPerHour} per Hour for ${component} ${instanceType} in ${attributes.location}`,
              appliesTo: [],
              rateCode: `${sku}.${onDemand}.${perHour}`,
              beginRange: '0',
              pricePerUnit: { USD: usdPerHour.toFixed(10) },
            },
          },
          sku,
          effectiveDate: `${priceTable.date}T00:00:00Z`,
          offerTermCode: onDemand,
          termAttributes: {},
        },
      },
    },
    version: priceTable.version.replaceAll('-', ''),
    publicationDate: `${priceTable.date}T00:00:00Z`,
  }
  return {
    attributes: { ...attributes, productFamily: 'ML Instance', sku },
    document: JSON.stringify(document),
  }
}

/** Offers for every instance type of the dated price table, one for each use. `prices` (USD an hour by instance type) go before the table's. */
export const listOffers = (prices: Readonly<Record<string, number>>): Offer[] => {
  const known = priceTable.entries.map(({ instanceType, microUsdPerHour }): [string, number] => [
    instanceType,
    microUsdPerHour / 1e6,
  ])
  return Object.entries({ ...Object.fromEntries(known), ...prices }).flatMap(([instanceType, usdPerHour]) =>
    Object.keys(components).map((component) =>
      offerFor(instanceType, component as keyof typeof components, usdPerHour),
    ),
  )
}
