BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
    $script:relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
    $script:server = "127.0.0.1:$($script:relay.Port)"
}

AfterAll {
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Connect-ChatServer' {
    AfterEach {
        Get-ChatConnection | Disconnect-ChatServer
    }

    It 'gives a connection' {
        $bob = Connect-ChatServer -Name Bob -Server $script:server
        $bob.Name | Should -Be 'Bob'
        $bob.Server | Should -Be $script:server
        $bob.State | Should -Be 'Connected'
    }

    It 'takes the port apart, and the server as ComputerName' {
        (Connect-ChatServer Bob -ComputerName 127.0.0.1 -Port $script:relay.Port).Server | Should -Be $script:server
    }

    It 'refuses a port in both places' {
        { Connect-ChatServer Bob $script:server -Port 9000 } |
            Should -Throw -ErrorId 'InvalidServer,UdpChat.Commands.ConnectChatServerCommand' -ExpectedMessage '*twice*'
    }

    It 'refuses the name <Name>' -ForEach @(
        @{ Name = 'Bob Miller' }
        @{ Name = 'a:b' }
        @{ Name = 'x' * 65 }
    ) {
        { Connect-ChatServer $Name $script:server } | Should -Throw -ErrorId 'InvalidName,UdpChat.Commands.ConnectChatServerCommand'
    }

    It 'gives the open connection when it connects again, and a new one with -Force' {
        $bob = Connect-ChatServer Bob $script:server
        Connect-ChatServer bob $script:server | Should -Be $bob
        $new = Connect-ChatServer Bob $script:server -Force
        $new | Should -Not -Be $bob
        $bob.State | Should -Be 'Disconnected'
    }

    It 'says that nothing listens there' {
        $gone = Start-ChatRelay -Port 0 -Address 127.0.0.1
        $gone | Stop-ChatRelay
        { Connect-ChatServer Bob $gone.LocalEndPoint } | Should -Throw -ErrorId 'ServerUnreachable,UdpChat.Commands.ConnectChatServerCommand'
    }

    It 'leaves a script without a default connection when it fails' {
        $null = Connect-ChatServer Bob $script:server
        { Connect-ChatServer 'no name' $script:server } | Should -Throw
        { Send-ChatMessage Bob 'hi' } | Should -Throw -ErrorId 'LastConnectFailed,UdpChat.Commands.SendChatMessageCommand'
        $null = Connect-ChatServer Bob $script:server
        Send-ChatMessage Bob 'hi'
    }

    It 'raises events for Register-ObjectEvent' -Tag 'pwsh' {
        $bob = Connect-ChatServer Bob $script:server
        $null = Register-ObjectEvent -InputObject $bob -EventName MessageReceived -SourceIdentifier Message
        Send-ChatMessage Bob 'hi'
        $raised = Wait-Event -SourceIdentifier Message -Timeout 30
        $raised.SourceEventArgs.Message.Text | Should -Be 'hi'
        Unregister-Event -SourceIdentifier Message
        Remove-Event -SourceIdentifier Message
    }
}
