//! TLS: certificates by name, swapped while connections are open; and an authority for machines without a public name.
