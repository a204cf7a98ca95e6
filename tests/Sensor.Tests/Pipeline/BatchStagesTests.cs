using CsCheck;
using Sensor.Pipeline;

namespace Sensor.Tests.Pipeline;

public class BatchStagesTests
{
    private const int Slots = 4, Batches = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_stage_takes_the_batches_in_order_after_the_stage_before(int groups) => Gen.Int[0, 1000].Array[400].Sample(choices =>
    {
        var stages = new BatchStages(Slots, groups);
        var (read, dissected, delivered) = (0L, 0L, 0L);
        var processed = new long[groups];
        var open = new List<BatchWork>();
        for (var turn = 0; delivered < Batches; turn++)
        {
            var isDelivering = (choices[turn % choices.Length] & 1) != 0;
            // Never ask where the answer would be to wait.
            if (open.Count < 2 && IsWorkLeft(isDelivering))
            {
                Assert.True(stages.TryTake(isDelivering ? 0 : 1, out var work));
                Check(work, isDelivering);
                open.Add(work);
            }
            if (open.Count == 0)
                continue;
            var done = open[choices[(turn + 7) % choices.Length] % open.Count];
            open.Remove(done);
            Count(done);
            stages.Finish(in done, done.Stage != BatchStage.Read || done.Batch < Batches);
        }

        bool IsWorkLeft(bool isDelivering)
        {
            if (open.Count > 0)
                return false;
            return isDelivering
                ? delivered < processed.Min() || processed.Min() < dissected || dissected < read
                : processed.Min() < dissected || dissected < read || (read < Batches && read < delivered + Slots);
        }

        void Check(BatchWork work, bool isDelivering)
        {
            var (expected, before) = work.Stage switch
            {
                BatchStage.Read => (read, delivered + Slots),
                BatchStage.Dissect => (dissected, read),
                BatchStage.Process => (processed[work.Group], dissected),
                _ => (delivered, processed.Min()),
            };
            Assert.Equal(expected, work.Batch);
            Assert.True(work.Batch < before);
            Assert.False(isDelivering ? work.Stage == BatchStage.Read : work.Stage == BatchStage.Deliver);
        }

        void Count(BatchWork done)
        {
            if (done.Stage == BatchStage.Process)
                processed[done.Group]++;
            else if (done.Stage == BatchStage.Deliver)
                delivered++;
            else if (done.Stage == BatchStage.Dissect)
                dissected++;
            else if (done.Batch < Batches)
                read++;
        }
    }, iter: 200);

    [Fact]
    public void One_piece_of_a_stage_at_a_time_and_groups_beside_each_other()
    {
        var stages = new BatchStages(Slots, 2);
        Assert.True(stages.TryTake(1, out var read));
        stages.Finish(in read, true);
        Assert.True(stages.TryTake(0, out var dissect));
        Assert.Equal(new BatchWork(BatchStage.Dissect, 0), dissect);
        Assert.True(stages.TryTake(1, out var next));
        Assert.Equal(new BatchWork(BatchStage.Read, 1), next);
        stages.Finish(in dissect, true);
        Assert.True(stages.TryTake(0, out var first));
        Assert.True(stages.TryTake(1, out var second));
        Assert.Equal(new BatchWork(BatchStage.Process, 0, 0), first);
        Assert.Equal(new BatchWork(BatchStage.Process, 0, 1), second);
    }

    [Fact]
    public void After_the_end_everybody_goes_home()
    {
        var stages = new BatchStages(Slots, 1);
        Assert.True(stages.TryTake(1, out var read));
        stages.Finish(in read, goesOn: false);
        Assert.False(stages.TryTake(1, out _));
        Assert.False(stages.TryTake(0, out _));
    }

    [Fact]
    public void Nobody_waits_when_somebody_failed()
    {
        var stages = new BatchStages(Slots, 1);
        Assert.True(stages.TryTake(1, out _));
        stages.Abandon();
        Assert.False(stages.TryTake(0, out _));
    }
}
