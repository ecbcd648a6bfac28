#include "gui/application/single_instance.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QDir>
#include <QElapsedTimer>
#include <QLocalSocket>
#include <QLockFile>
#include <QTimer>
#include <memory>
#include <utility>

namespace heapprof::gui {
namespace {

constexpr int kConnectTime = 500;  // ms
constexpr int kAnswerTime = 2000;  // ms; a running instance that hangs must not swallow the file
constexpr qint64 kLargestMessage = 1 << 20;
const QByteArray kTaken = QByteArrayLiteral("taken");

/// The files of a complete message; nothing when it is not complete or not ours.
bool read(const QByteArray& message, QStringList& files) {
    QDataStream stream(message);
    stream.setVersion(QDataStream::Qt_6_0);
    stream.startTransaction();
    stream >> files;
    return stream.commitTransaction();
}

}  // namespace

SingleInstance::SingleInstance(QString name, QObject* parent) : QObject(parent), m_name(std::move(name)) {
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::accept);
}

QString SingleInstance::defaultName() {
    // The socket's name may be visible to other users: only a hash of what it is made of.
    const QByteArray key = QDir::homePath().toUtf8() + '\n' + qgetenv("DISPLAY") + '\n' + qgetenv("WAYLAND_DISPLAY") +
                           '\n' + qgetenv("XDG_SESSION_ID");
    return QStringLiteral("heapprof-workstation-") +
           QString::fromLatin1(QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().left(16));
}

bool SingleInstance::handOver(const QStringList& files) {
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kConnectTime)) return false;
    QByteArray message;
    QDataStream stream(&message, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_0);
    stream << files;
    socket.write(message);
    QElapsedTimer waited;
    waited.start();
    while (socket.bytesAvailable() < kTaken.size() && waited.elapsed() < kAnswerTime)
        if (!socket.waitForReadyRead(static_cast<int>(kAnswerTime - waited.elapsed()))) break;
    return socket.readAll() == kTaken;
}

bool SingleInstance::listen() {
    // Two starts at the same moment: one clears away and listens, the other then finds it listening.
    QLockFile lock(QDir::temp().filePath(m_name + QStringLiteral(".lock")));
    if (!lock.tryLock(kConnectTime)) return false;
    QLocalSocket probe;
    probe.connectToServer(m_name);
    if (probe.waitForConnected(kConnectTime)) return false;
    QLocalServer::removeServer(m_name);
    return m_server.listen(m_name);
}

void SingleInstance::accept() {
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        auto buffer = std::make_shared<QByteArray>();
        const auto take = [this, socket, buffer] {
            buffer->append(socket->readAll());
            QStringList files;
            if (buffer->size() > kLargestMessage) return socket->abort();
            if (!read(*buffer, files)) return;
            socket->write(kTaken);
            socket->flush();
            buffer->clear();
            emit filesReceived(files);
        };
        connect(socket, &QLocalSocket::readyRead, this, take);
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(kAnswerTime, socket, &QLocalSocket::abort);
        if (socket->bytesAvailable() > 0) take();
    }
}

}  // namespace heapprof::gui
