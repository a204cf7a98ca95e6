using Sensor.Core.Observations;
using Sensor.Detection.Names;

namespace Sensor.Detection.Tests.Names;

public sealed class QuestionTableTests : IObserve<NameAnswered>
{
    private readonly FactFeeder _lan = new();
    private readonly QuestionTable _table = new();
    private readonly Station _server = Station.Number(2), _alice = Station.Number(10), _bob = Station.Number(11);
    private PairedAnswer _paired;

    public QuestionTableTests()
    {
        _table.Subscribe(_lan.Engine.Bus);
        _lan.Engine.Bus.Subscribe(this);
    }

    void IObserve<NameAnswered>.Observe(in Observed<NameAnswered> seen) => _paired = _table.Current;

    [Theory]
    [InlineData(NameProtocol.Dns)]
    [InlineData(NameProtocol.Llmnr)]
    [InlineData(NameProtocol.Nbns)]
    [InlineData(NameProtocol.Mdns)]
    public void Pairs_a_question_with_its_unicast_answer(NameProtocol protocol)
    {
        var question = _lan.Ask(protocol, _alice, "name", server: protocol == NameProtocol.Dns ? _server : null);
        _lan.Ask(protocol, _bob, "name", server: protocol == NameProtocol.Dns ? _server : null);
        _lan.Answer(question, _server, [_server.V4]);

        Assert.True(_paired.HasQuestion);
        Assert.Equal(question.At.FrameNumber, _paired.Question.FrameNumber);
        Assert.Equal(1, _paired.Ordinal);
        Assert.False(_paired.DiffersFromEarlier);
    }

    [Fact]
    public void Pairs_a_multicast_answer_with_who_asked_last()
    {
        _lan.Answer(_lan.Ask(NameProtocol.Mdns, _alice, "nas.local"), _server, [_server.V4], new AnswerOptions { Multicast = true });

        Assert.Equal(_alice.V4, _paired.Question.Source);
    }

    [Fact]
    public void Does_not_pair_another_id_name_asker_server_or_segment()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "name", server: _server);
        foreach (var other in (Question[])
            [
                question with { Id = 1 }, question with { Name = "other" }, question with { Type = 28 },
                question with { At = question.At with { Source = _bob.V4 } }, question with { At = question.At with { SourcePort = 9 } },
            ])
        {
            _lan.Answer(other, _server, [_server.V4]);
            Assert.False(_paired.HasQuestion);
        }
        _lan.Answer(question, _bob, [_bob.V4]);
        Assert.False(_paired.HasQuestion);
        _lan.Segment = 1;
        _lan.Answer(question, _server, [_server.V4]);
        Assert.False(_paired.HasQuestion);
    }

    [Fact]
    public void Numbers_answers_and_tells_whether_they_differ()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "name", server: _server);
        var first = _lan.Answer(question, _server, [_server.V4, _bob.V4]);
        _lan.Answer(question, _server, [_bob.V4, _server.V4]);
        Assert.Equal((2, 1, false), (_paired.Ordinal, _paired.Distinct, _paired.DiffersFromEarlier));

        _lan.Answer(question, _server, [_bob.V4]);
        Assert.Equal((3, 2, true), (_paired.Ordinal, _paired.Distinct, _paired.DiffersFromEarlier));
        Assert.Equal(first.FrameNumber, _paired.FirstAnswer.FrameNumber);
        Assert.Equal(_server.V4, _paired.FirstAnswerAddress);
    }

    [Fact]
    public void Counts_retransmissions_but_not_the_copies_of_a_span()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "name", server: _server);
        _lan.Repeat(question);
        _lan.Wait(TimeSpan.FromSeconds(1));
        _lan.Repeat(question);
        _lan.Repeat(question);
        _lan.Answer(question, _server, [_server.V4]);

        Assert.Equal(2, _paired.TimesAsked);
        Assert.Equal(question.At.FrameNumber, _paired.Question.FrameNumber);
    }

    [Fact]
    public void Forgets_questions_after_a_while()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "name", server: _server);
        _lan.Wait(TimeSpan.FromMinutes(1));
        _lan.Answer(question, _server, [_server.V4]);

        Assert.False(_paired.HasQuestion);
        Assert.Equal(1, _table.Unasked);
    }

    [Fact]
    public void Counts_what_is_pushed_out_as_unanswered_and_stays_bounded()
    {
        const int many = QuestionTable.Capacity * 3;
        for (var i = 0; i < many; i++)
            _lan.Ask(NameProtocol.Llmnr, _alice, $"n{i}");

        Assert.Equal(many, _table.Asked);
        Assert.InRange(_table.Unanswered, many - QuestionTable.Capacity, many);
    }

    [Fact]
    public void Allocates_nothing_for_questions_and_answers()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "name", server: _server);
        _lan.Answer(question, _server, [_server.V4]);
        var log = new ObservationLog();
        var at = _lan.Stamp(question.At);
        var bus = new ObservationBus();
        _table.Subscribe(bus);
        log.Add<NameAsked>(in at).Protocol = NameProtocol.Dns;
        log.Add<NameAnswered>(in at).Protocol = NameProtocol.Dns;

        Assert.Equal(0, Allocations.Least(() =>
        {
            log.Deliver(0, bus);
            log.Deliver(1, bus);
        }));
    }
}
