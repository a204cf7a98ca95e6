using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;

namespace Sensor.Detection.Names;

/// <summary>The last questions in the order they were asked, and what was answered first.</summary>
internal sealed class QuestionRing
{
    private readonly RecentRing<AskedQuestion> _questions;
    private readonly FirstAnswered[] _answers;

    /// <summary>A ring of <paramref name="capacity"/> questions, a power of two.</summary>
    public QuestionRing(int capacity)
    {
        // As many places as questions: a directory twice as large finds more questions that nobody answered and costs more than it brings.
        _questions = new RecentRing<AskedQuestion>(capacity, capacity);
        _answers = new FirstAnswered[capacity];
    }

    /// <summary>Questions that made room for others without having been answered.</summary>
    public long Unanswered { get; private set; }

    /// <summary>The question at a place that <see cref="Find"/> returned.</summary>
    public ref AskedQuestion this[int index] => ref _questions[index];

    /// <summary>Its first answer.</summary>
    public ref FirstAnswered FirstAnswerOf(int index) => ref _answers[index];

    /// <summary>The place of the question with this key, or -1.</summary>
    public int Find(ulong key) => _questions.Find(key);

    /// <summary>A fresh place for this key; the caller fills it. <paramref name="isCopy"/>: the question is kept under another key too.</summary>
    public ref AskedQuestion Add(ulong key, bool isCopy)
    {
        ref readonly var oldest = ref _questions[_questions.Oldest];
        if (oldest.Key != 0 && oldest.Answers == 0 && !oldest.IsCopy)
            Unanswered++;
        ref var question = ref _questions[_questions.Add(key)];
        question.Answers = 0;
        question.Distinct = 0;
        question.TimesAsked = 1;
        question.IsCopy = isCopy;
        return ref question;
    }
}

/// <summary>A question and how it fared.</summary>
internal struct AskedQuestion : IRingEntry
{
    public Sighting At;
    public long LastAskedNs, LastAnswerNs;
    public ulong LastAnswerHash;
    public ushort Answers, Distinct, TimesAsked;
    public bool IsCopy;

    /// <inheritdoc/>
    public ulong Key { get; set; }
}

/// <summary>The first answer to a question.</summary>
internal struct FirstAnswered
{
    public Sighting At;
    public IpAddress Address;
    public ulong AnswerHash;
    public uint Ttl;
    public ushort Flags;
    public byte ResponseCode;
}
