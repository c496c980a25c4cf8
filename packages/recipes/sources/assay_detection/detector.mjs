// The library that the stand-in image provides in the place of torch.
export const detector = await import(process.env.ASSAY_DETECTOR_LIBRARY)

/** Ends the job with what the customer got wrong, in the service's own words. */
export const fail = (reason) => {
  console.error(`ClientError: ${reason}`)
  process.exit(1)
}
