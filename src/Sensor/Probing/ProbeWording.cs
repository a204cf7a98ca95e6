using System.Globalization;

namespace Sensor.Probing;

/// <summary>What a check showed, in one sentence for the incident.</summary>
internal static class ProbeWording
{
    private const int MostAnswers = 4;

    /// <summary>The sentence about <paramref name="answers"/> to what was <paramref name="asked"/>; canaries first.</summary>
    public static string Of(IReadOnlyList<Probe> asked, IReadOnlyList<ProbeAnswer> answers)
    {
        if (asked.Count == 0)
            return "nothing could be asked";
        var canary = asked.FirstOrDefault(static probe => probe.IsCanary);
        var caught = answers.Where(static answer => answer.Probe.IsCanary).ToList();
        var others = answers.Where(static answer => !answer.Probe.IsCanary).ToList();
        var sentences = new List<string>();
        if (canary is not null)
        {
            sentences.Add(caught.Count == 0
                ? $"asked for {canary.Name}, which does not exist: nobody answered"
                : $"asked for {caught[0].Probe.Name}, which does not exist: {Listed(caught)}");
        }
        if (others.Count > 0)
            sentences.Add(string.Join("; ", others.Take(MostAnswers).Select(static answer => $"{answer.Probe.Text}: {answer.From} says {answer.Says}")));
        return string.Join("; ", sentences);
    }

    private static string Listed(List<ProbeAnswer> answers)
    {
        var first = answers.GroupBy(static answer => answer.From).Select(static group => group.MinBy(static answer => answer.AfterNs)!).Take(MostAnswers);
        return string.Join(", ", first.Select(static answer => string.Create(CultureInfo.InvariantCulture, $"{answer.From} answered in {answer.AfterNs / 1e6:0} ms")));
    }
}
