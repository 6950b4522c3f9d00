// A certificate for 127.0.0.1 that nobody vouches for, with its key: for servers of tests, and worth nothing anywhere else. Until 2126.
export const loopbackCertificate = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUC5rRUseteKBviT227IlUEvFkTccwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTEwMzI0NloYDzIxMjYxMTA1
MTAzMjQ2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQoXqHGkccsSS6sQuf6BOO0/6H30wq3SqXNOq02crr7SRsWv/U2VG3O
kq+W3PFyOFTiEVtiXy1ahPgpkQ6uXI2Lo28wbTAdBgNVHQ4EFgQU7n5zgmnCQc1e
krnk2/zFkfaCNGwwHwYDVR0jBBgwFoAU7n5zgmnCQc1ekrnk2/zFkfaCNGwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDRwAwRAIgF+A1rytxvoP1f9wFyNW/WwQkwEe/gcCunebCTd1mkFwCICzd
X5eIcvhifDbqVbU0+rP/CRyh+Vz97iHbsaDRjIDb
-----END CERTIFICATE-----
`;

export const loopbackKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYHWH7t01HeZv0X05
75bj2ogC/4wKvPp8Czlgw0IPkZKhRANCAAQoXqHGkccsSS6sQuf6BOO0/6H30wq3
SqXNOq02crr7SRsWv/U2VG3Okq+W3PFyOFTiEVtiXy1ahPgpkQ6uXI2L
-----END PRIVATE KEY-----
`;
