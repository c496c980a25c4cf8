// What the stand-in image gives a submitted script, as the real image gives it torch.
export * from '@assay/detector'
