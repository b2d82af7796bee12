using System;
using System.Text;

namespace UdpChat.Protocol.Tests;

public class DatagramBatchTests
{
    private static readonly PeerAddress Here = PeerAddress.FromIPv4(1, 1), There = PeerAddress.FromIPv4(2, 2);

    [Fact]
    public void Datagrams_stand_one_behind_another_each_with_its_address()
    {
        var batch = new DatagramBatch(3, 10);
        Add(batch, "abc", Here);
        Add(batch, "", There);
        Add(batch, "defg", There);
        Assert.Equal(3, batch.Count);
        Assert.Equal(["abc", "", "defg"], [Text(batch, 0), Text(batch, 1), Text(batch, 2)]);
        Assert.Equal([Here, There, There], [batch.Address(0), batch.Address(1), batch.Address(2)]);
        Assert.Equal((3, 4), (batch.Offset(2), batch.Length(2)));
        Assert.Equal("defg", Encoding.ASCII.GetString(batch.Buffer, batch.Offset(2), batch.Length(2)));
    }

    [Fact]
    public void It_takes_no_more_datagrams_or_bytes_than_it_was_made_for()
    {
        var batch = new DatagramBatch(2, 10);
        Assert.True(batch.Fits(10));
        Assert.False(batch.Fits(11));
        Assert.Throws<InvalidOperationException>(() => batch.ReserveOffset(11));
        Add(batch, "abcdefg", Here);
        Assert.True(batch.Fits(3));
        Assert.Throws<InvalidOperationException>(() => batch.ReserveOffset(4));
        Add(batch, "h", Here);
        Assert.False(batch.Fits(0));
        Assert.Throws<InvalidOperationException>(() => batch.ReserveOffset(0));
    }

    [Fact]
    public void Datagrams_that_are_in_the_buffer_already_can_be_more_than_it_was_made_for()
    {
        var batch = new DatagramBatch(2, 100);
        for (int i = 0; i < 100; i++)
            batch.Buffer[i] = (byte)i;
        for (int i = 0; i < 9; i++)
            batch.CommitAt(10 * i, i, i % 2 == 0 ? Here : There);
        Assert.Equal(9, batch.Count);
        for (int i = 0; i < 9; i++)
        {
            Assert.Equal((10 * i, i, i % 2 == 0 ? Here : There), (batch.Offset(i), batch.Length(i), batch.Address(i)));
            Assert.True(batch.Data(i).SequenceEqual(batch.Buffer.AsSpan(10 * i, i)));
        }
        batch.Clear();
        Assert.Equal((0, 0), (batch.Count, batch.ReserveOffset(100)));
    }

    [Fact]
    public void What_was_reserved_takes_only_the_room_that_it_is_given()
    {
        var batch = new DatagramBatch(2, 10);
        batch.Reserve(10);
        batch.Commit(4, Here);
        Assert.Equal(4, batch.ReserveOffset(6));
    }

    [Fact]
    public void Cleared_it_takes_as_much_as_before()
    {
        var batch = new DatagramBatch(1, 3);
        Add(batch, "abc", Here);
        batch.Clear();
        Assert.Equal((0, 1), (batch.Count, batch.Capacity));
        Add(batch, "def", There);
        Assert.Equal("def", Text(batch, 0));
    }

    private static void Add(DatagramBatch batch, string text, PeerAddress address)
    {
        Encoding.ASCII.GetBytes(text).CopyTo(batch.Reserve(text.Length));
        batch.Commit(text.Length, address);
    }

    private static string Text(DatagramBatch batch, int index) => Encoding.ASCII.GetString(batch.Data(index));
}
