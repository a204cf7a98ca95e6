using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Names;

/// <summary>
/// Questions waiting for their answers: DNS by id and addresses, NBNS by transaction id, LLMNR by id and asker, mDNS (id 0) by name, type and asker.
/// Bounded; expired and evicted questions are counted as unanswered.
/// </summary>
public sealed class QuestionTable
{
    /// <summary>The pairing of the answer being delivered. Valid only while a NameAnswered is delivered.</summary>
    public ref readonly PairedAnswer Current => throw new NotImplementedException();

    /// <summary>Subscribes to questions and answers.</summary>
    public void Subscribe(ObservationBus bus) => throw new NotImplementedException();
}

/// <summary>An answer's question and what was answered before.</summary>
public struct PairedAnswer
{
    /// <summary>Whether the question was seen.</summary>
    public bool HasQuestion;

    /// <summary>Where the question was seen.</summary>
    public Sighting Question;

    /// <summary>Answers to this question, this one included: 1 for the first.</summary>
    public int Ordinal;

    /// <summary>Whether an earlier answer had another answer set (not merely another order), from this or another responder.</summary>
    public bool DiffersFromEarlier;

    /// <summary>Where the first answer was seen (when <see cref="Ordinal"/> is over 1).</summary>
    public Sighting FirstAnswer;

    /// <summary>First address of the first answer.</summary>
    public IpAddress FirstAnswerAddress;
}
