using System.Security.Cryptography.X509Certificates;
using Sensor.Detection.Certificates;
using Sensor.Detection.Collisions;
using Sensor.Detection.Tests.Certificates;

namespace Sensor.Detection.Tests.Collisions;

public class CertificateCollisionTests
{
    /// <summary>
    /// The place of a collision in a certificate needs a chaining value that only a new attack meets; what is shown here is that the search
    /// runs over the to-be-signed octets of MD5 certificates, that ordinary ones are clean, and that it is not run for others.
    /// </summary>
    [Fact]
    public void Honest_md5_certificates_are_clean()
    {
        var root = TestAuthority.MakeRoot();
        for (var number = 0; number < 8; number++)
        {
            var leaf = root.MakeLeaf($"CN=Honest {number}", root.Md5(number % 2 == 0), new X509BasicConstraintsExtension(false, false, 0,
                true));
            Assert.Equal(DigestKind.Md5, leaf.Read.SignatureAlgorithm.Digest);
            Assert.Null(CertificateCollision.Find(leaf.Read));
        }
    }

    [Fact]
    public void The_built_in_roots_are_clean()
    {
        foreach (var known in Authorities.BuiltIn.All)
            Assert.Null(Md5Collision.Find(known.Certificate.ToBeSigned));
    }
}
