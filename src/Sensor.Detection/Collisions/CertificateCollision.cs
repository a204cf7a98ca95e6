using Sensor.Detection.Certificates;

namespace Sensor.Detection.Collisions;

/// <summary>Looks for collisions in what was signed with MD5.</summary>
public static class CertificateCollision
{
    /// <summary>
    /// The trace of a collision in the to-be-signed octets of <paramref name="certificate"/>, null when there is none or its signature does not rest
    /// on MD5.
    /// </summary>
    public static Md5CollisionTrace? Find(Certificate certificate) =>
        certificate.SignatureAlgorithm.Digest == DigestKind.Md5 ? Md5Collision.Find(certificate.ToBeSigned) : null;
}
