"""What the detectors that ship with Assay share; it travels in each one's tarball. Beside a module lies its local twin."""
