"""Amazon CloudFront: distributions that serve a private bucket by signed links, with an edge cache.

A distribution without a trusted key group is not served: the web app is read from its bucket.
"""

from local.twin.services.cloudfront.distribution import CachePolicy, Distribution, HeadersPolicy
from local.twin.services.cloudfront.distributions import Distributions
from local.twin.services.cloudfront.origin import S3Origin

__all__ = ["CachePolicy", "Distribution", "Distributions", "HeadersPolicy", "S3Origin"]
